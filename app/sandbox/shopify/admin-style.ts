/** The look of the simulated admin: a generic back office, so that screenshots show the app as sellers will see it. */
export const ADMIN_STYLE = `
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; font: 14px/1.4 Inter, system-ui, -apple-system, "Segoe UI", sans-serif; color: #303030; background: #1a1a1a; }
[hidden] { display: none !important; }
.top { display: flex; align-items: center; gap: 16px; height: 56px; padding: 0 16px; color: #e3e3e3; flex: none; }
.mark { font-weight: 700; letter-spacing: .02em; }
.search { flex: 1; max-width: 480px; margin: 0 auto; padding: 6px 12px; border-radius: 8px; background: #303030; border: 1px solid #616161; color: #b5b5b5; }
.store { font-weight: 550; white-space: nowrap; }
.columns { flex: 1; min-height: 0; display: flex; background: #ebebeb; border-radius: 12px 12px 0 0; overflow: hidden; }
.side { width: 236px; flex: none; padding: 12px; overflow: auto; background: #ebebeb; }
.side ul { list-style: none; margin: 0; padding: 0; }
.side h2 { font-size: 13px; margin: 18px 8px 4px; color: #616161; }
.place, .side a { display: block; padding: 5px 8px; border-radius: 8px; color: inherit; text-decoration: none; }
.place { color: #616161; }
.side a:hover { background: #f1f1f1; }
.side a[aria-current] { background: #fff; font-weight: 600; }
#app-menu a { padding-left: 24px; }
.bare { margin: 64px auto; padding: 24px; border-radius: 12px; background: #fff; }
.note { margin: 24px 8px; font-size: 12px; color: #616161; }
main { flex: 1; min-width: 0; display: flex; flex-direction: column; background: #f1f1f1; position: relative; }
.title-bar { flex: none; overflow: hidden; background: #fff; border-bottom: 1px solid #e3e3e3; position: relative; }
#title-bar { display: flex; align-items: center; gap: 8px; min-height: 52px; padding: 8px 16px; }
#title-bar h1 { font-size: 15px; margin: 0; flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
button { font: inherit; font-weight: 550; padding: 6px 12px; min-height: 32px; border-radius: 8px; border: 1px solid #c9c9c9; background: #fff; color: inherit; cursor: pointer; }
button.primary { background: #303030; border-color: #303030; color: #fff; }
button.danger { background: #c70a24; border-color: #c70a24; color: #fff; }
button.plain { border-color: transparent; background: none; }
button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 2px solid #005bd3; outline-offset: 1px; }
#loading { position: absolute; left: 0; bottom: -2px; height: 2px; width: 40%; background: #29845a; animation: loading 1.2s infinite; }
@keyframes loading { from { transform: translateX(-100%); } to { transform: translateX(250%); } }
#save-bar { position: absolute; z-index: 2; left: 50%; top: 8px; transform: translateX(-50%); display: flex; align-items: center; gap: 8px; width: min(640px, calc(100% - 32px)); padding: 8px 12px; border-radius: 12px; background: #303030; color: #fff; box-shadow: 0 4px 16px rgba(0,0,0,.25); }
#save-bar span { flex: 1; }
#save-bar button { background: #4a4a4a; border-color: #5c5c5c; color: #fff; }
#save-bar button.primary { background: #fff; border-color: #fff; color: #303030; }
iframe { flex: 1; width: 100%; border: 0; background: #f1f1f1; }
#toasts { position: fixed; left: 50%; bottom: 24px; transform: translateX(-50%); display: flex; flex-direction: column; gap: 8px; z-index: 3; }
.toast { display: flex; gap: 12px; align-items: center; padding: 10px 16px; border-radius: 10px; background: #303030; color: #fff; box-shadow: 0 4px 16px rgba(0,0,0,.25); }
.toast.error { background: #8e0b21; }
.toast button { min-height: 0; padding: 2px 6px; color: #fff; background: none; border-color: transparent; text-decoration: underline; }
dialog { border: 0; border-radius: 12px; padding: 20px; max-width: 420px; }
dialog div { display: flex; justify-content: flex-end; gap: 8px; }
@media (max-width: 700px) { .side { display: none; } .search { display: none; } .store { margin-left: auto; } }
@media (prefers-reduced-motion: reduce) { #loading { animation: none; width: 100%; } }
`;

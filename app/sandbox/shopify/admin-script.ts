/**
 * Runs in the simulated admin's page (sent as text, so it may use nothing from outside itself). Listens to the framed app's
 * stub, draws what the app asks for, and tells the stub what was clicked.
 */
export function runAdmin(settings: { appOrigin: string; base: string; tokenUrl: string }): void {
  type Button = { label: string; primary: boolean; breadcrumb: boolean; disabled: boolean; critical: boolean };
  type Told =
    | { type: "location"; path: string; search: string }
    | { type: "menu"; links: { label: string; href: string }[] }
    | { type: "title"; title: string; buttons: Button[] }
    | { type: "save-bar"; open: boolean; confirmDiscard: boolean; buttons: Button[] }
    | { type: "toast"; id: string; text: string; error: boolean; action: string | null; duration: number }
    | { type: "toast-hide"; id: string }
    | { type: "loading"; on: boolean }
    | { type: "leave"; id: number }
    | { type: "token"; id: number };

  const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
  const frame = byId<HTMLIFrameElement>("app-frame");
  const tell = (message: object) => frame.contentWindow?.postMessage({ sandboxAdmin: message }, settings.appOrigin);
  let path = "";
  let links: { label: string; href: string }[] = [];

  const makeButton = (button: Button, onClick: () => void): HTMLButtonElement => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = button.breadcrumb ? `‹ ${button.label}` : button.label;
    made.disabled = button.disabled;
    made.className = button.critical ? "danger" : button.primary ? "primary" : button.breadcrumb ? "plain" : "";
    made.addEventListener("click", onClick);
    return made;
  };

  const drawMenu = () => {
    const current = links
      .filter((link) => path === link.href || path.startsWith(`${link.href}/`))
      .sort((a, b) => b.href.length - a.href.length)[0];
    byId("app-menu").replaceChildren(
      ...links.map((link) => {
        const row = document.createElement("li");
        const anchor = document.createElement("a");
        anchor.href = settings.base + link.href;
        anchor.textContent = link.label;
        if (link === current) anchor.setAttribute("aria-current", "page");
        anchor.addEventListener("click", (event) => {
          event.preventDefault();
          tell({ type: "navigate", href: link.href });
        });
        row.append(anchor);
        return row;
      }),
    );
    byId("app-home").toggleAttribute("aria-current", !current);
  };

  const ask = (text: string): Promise<boolean> => {
    const dialog = byId<HTMLDialogElement>("leave");
    byId("leave-text").textContent = text;
    return new Promise((resolve) => {
      for (const button of dialog.querySelectorAll("button")) {
        button.onclick = () => {
          dialog.close();
          resolve(button.value === "leave");
        };
      }
      dialog.oncancel = () => resolve(false);
      dialog.showModal();
    });
  };

  const drawSaveBar = (told: Extract<Told, { type: "save-bar" }>) => {
    const bar = byId("save-bar");
    bar.hidden = !told.open;
    const words = document.createElement("span");
    words.textContent = "Unsaved changes";
    const buttons = told.buttons.map((button, index) =>
      makeButton(button, async () => {
        const discards = !button.primary && told.confirmDiscard;
        if (!discards || (await ask("Discard all unsaved changes?"))) tell({ type: "press", where: "save-bar", index });
      }),
    );
    bar.replaceChildren(words, ...buttons.reverse());
  };

  const showToast = (told: Extract<Told, { type: "toast" }>) => {
    const toast = document.createElement("div");
    toast.className = told.error ? "toast error" : "toast";
    toast.dataset.id = told.id;
    toast.append(told.text);
    const hide = (asked: boolean) => {
      if (!toast.isConnected) return;
      toast.remove();
      if (asked) tell({ type: "toast-gone", id: told.id });
    };
    if (told.action) {
      const action = document.createElement("button");
      action.textContent = told.action;
      action.onclick = () => {
        tell({ type: "toast-action", id: told.id });
        hide(true);
      };
      toast.append(action);
    }
    const close = document.createElement("button");
    close.textContent = "×";
    close.setAttribute("aria-label", "Dismiss");
    close.onclick = () => hide(true);
    toast.append(close);
    byId("toasts").append(toast);
    setTimeout(() => hide(true), told.duration);
  };

  window.addEventListener("message", async (event: MessageEvent<{ sandboxApp?: Told }>) => {
    const told = event.data?.sandboxApp;
    if (!told || event.origin !== settings.appOrigin || event.source !== frame.contentWindow) return;
    switch (told.type) {
      case "location":
        path = told.path;
        history.replaceState(null, "", settings.base + told.path + told.search);
        drawMenu();
        return;
      case "menu":
        links = told.links;
        drawMenu();
        return;
      case "title": {
        const heading = document.createElement("h1");
        heading.textContent = told.title;
        const buttons = told.buttons.map((button, index) => makeButton(button, () => tell({ type: "press", where: "title", index })));
        const back = buttons.filter((_, index) => told.buttons[index]?.breadcrumb);
        byId("title-bar").replaceChildren(...back, heading, ...buttons.filter((button) => !back.includes(button)).reverse());
        document.title = `${told.title} · InventorySync`;
        return;
      }
      case "save-bar":
        drawSaveBar(told);
        return;
      case "toast":
        showToast(told);
        return;
      case "toast-hide":
        document.querySelector(`.toast[data-id="${told.id}"]`)?.remove();
        return;
      case "loading":
        byId("loading").hidden = !told.on;
        return;
      case "leave":
        tell({ type: "left", id: told.id, leave: await ask("Leave page with unsaved changes?") });
        return;
      case "token":
        tell({ type: "token", id: told.id, token: await (await fetch(settings.tokenUrl)).text() });
        return;
      default:
        return told satisfies never;
    }
  });
}

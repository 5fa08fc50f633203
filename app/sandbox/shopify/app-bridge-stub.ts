/**
 * Stands in for cdn.shopify.com/shopifycloud/app-bridge.js inside the framed app (sent as text, so it may use nothing from
 * outside itself): window.shopify, session tokens on same-origin fetches, the bounce page, and the ui-* elements, whose content
 * it hands to the simulated admin. Opened without a frame it works as well, only nobody draws the bars.
 */
export function runAppBridge(): void {
  const script = document.currentScript as HTMLScriptElement;
  const adminOrigin = new URL(script.src).origin;
  const framed = window.parent !== window;
  const query = new URLSearchParams(location.search);
  const remember = (name: string): string => {
    const given = query.get(name);
    try {
      if (given) sessionStorage.setItem(`sandbox-${name}`, given);
      return given ?? sessionStorage.getItem(`sandbox-${name}`) ?? "";
    } catch {
      // Storage may be closed to frames; then only the address tells.
      return given ?? "";
    }
  };
  const shop = remember("shop");
  const host = remember("host");
  const tell = (message: object) => {
    if (framed) window.parent.postMessage({ sandboxApp: message }, adminOrigin);
  };
  const waiting = new Map<number, (value: unknown) => void>();
  let asked = 0;
  const ask = (message: object): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set(++asked, resolve);
      tell({ ...message, id: asked });
    });

  const plainFetch = window.fetch.bind(window);
  const tokenFromSandbox = async (): Promise<string> => {
    const answer = await plainFetch(`${adminOrigin}/shopify/id-token?shop=${encodeURIComponent(shop)}`);
    if (!answer.ok) throw new Error(`no session token: ${answer.status}`);
    return answer.text();
  };
  const idToken = async (): Promise<string> => (framed ? String(await ask({ type: "token" })) : tokenFromSandbox());

  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== location.origin) return plainFetch(request);
    const send = async () => {
      // A body can be read once only, so each try gets a copy of its own.
      const copy = request.clone();
      if (!copy.headers.has("authorization")) copy.headers.set("authorization", `Bearer ${await idToken()}`);
      return plainFetch(copy);
    };
    const answer = await send();
    return answer.headers.has("x-shopify-retry-invalid-session-request") ? send() : answer;
  };

  const toasts = new Map<string, { onAction?: () => void; onDismiss?: () => void }>();
  const element = (id: string) => document.getElementById(id) as (HTMLElement & { show(): void; hide(): void; toggle(): void }) | null;
  const shower = {
    show: async (id: string) => element(id)?.show(),
    hide: async (id: string) => element(id)?.hide(),
    toggle: async (id: string) => element(id)?.toggle(),
  };
  const barOpen = () => document.querySelector("ui-save-bar[data-open]") !== null;
  const bridge = {
    config: { apiKey: script.dataset.apiKey ?? "", shop, host, locale: query.get("locale") ?? "en" },
    origin: location.origin,
    ready: Promise.resolve(),
    environment: { mobile: false, embedded: framed, pos: false },
    idToken,
    loading: (on = true) => tell({ type: "loading", on }),
    user: async () => ({}),
    toast: {
      show(
        text: string,
        how: { duration?: number; isError?: boolean; action?: string; onAction?: () => void; onDismiss?: () => void } = {},
      ) {
        const id = `toast-${toasts.size + 1}`;
        toasts.set(id, how);
        tell({ type: "toast", id, text, error: how.isError === true, action: how.action ?? null, duration: how.duration ?? 5000 });
        return id;
      },
      hide: (id: string) => tell({ type: "toast-hide", id }),
    },
    saveBar: {
      ...shower,
      async leaveConfirmation() {
        if (!barOpen() || !framed) return;
        // Staying answers nothing: whoever waits to leave goes on waiting.
        if (!(await ask({ type: "leave" }))) await new Promise(() => {});
        for (const bar of document.querySelectorAll<HTMLElement & { hide(): void }>("ui-save-bar[data-open]")) bar.hide();
      },
    },
    modal: shower,
    resourcePicker: async () => undefined,
    scopes: {
      query: async () => ({ granted: [], required: [], optional: [] }),
      request: async () => ({ result: "granted-all" }),
      revoke: async () => ({}),
    },
  };
  Object.assign(window, { shopify: bridge });

  const reload = query.get("shopify-reload");
  if (reload) {
    const target = new URL(reload, location.href);
    if (target.origin === location.origin) {
      void tokenFromSandbox().then((token) => {
        target.searchParams.set("id_token", token);
        location.replace(target.href);
      });
    }
    return;
  }

  const describe = (button: HTMLButtonElement) => ({
    label: button.textContent?.trim() ?? "",
    primary: button.getAttribute("variant") === "primary",
    breadcrumb: button.getAttribute("variant") === "breadcrumb",
    critical: button.getAttribute("tone") === "critical",
    disabled: button.disabled || button.hasAttribute("loading"),
  });
  const buttonsIn = (root: Element | null) => [...(root?.querySelectorAll("button") ?? [])];
  const titleBar = () => [...document.querySelectorAll("ui-title-bar")].filter((bar) => !bar.closest("ui-modal")).at(-1) ?? null;
  const saveBar = () => document.querySelector("ui-save-bar[data-open]");

  const told = new Map<string, string>();
  const tellWhenChanged = (message: { type: string } & Record<string, unknown>) => {
    const text = JSON.stringify(message);
    if (told.get(message.type) === text) return;
    told.set(message.type, text);
    tell(message);
  };
  const report = () => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>("ui-nav-menu a")].filter((link) => link.rel !== "home");
    tellWhenChanged({
      type: "menu",
      links: links.map((link) => ({ label: link.textContent?.trim() ?? "", href: new URL(link.href).pathname })),
    });
    const bar = titleBar();
    tellWhenChanged({ type: "title", title: bar?.getAttribute("title") || "InventorySync", buttons: buttonsIn(bar).map(describe) });
    const save = saveBar();
    const confirmDiscard = save?.hasAttribute("discardconfirmation") ?? false;
    tellWhenChanged({ type: "save-bar", open: save !== null, confirmDiscard, buttons: buttonsIn(save).map(describe) });
    const rest = new URLSearchParams(location.search);
    for (const name of ["shop", "host", "embedded", "id_token", "locale", "session", "hmac", "timestamp"]) rest.delete(name);
    tellWhenChanged({ type: "location", path: location.pathname, search: rest.size > 0 ? `?${rest}` : "" });
  };

  class SaveBar extends HTMLElement {
    show() {
      this.turn(true);
    }
    hide() {
      this.turn(false);
    }
    toggle() {
      this.turn(!this.hasAttribute("data-open"));
    }
    private turn(open: boolean) {
      if (this.hasAttribute("data-open") === open) return;
      this.toggleAttribute("data-open", open);
      this.dispatchEvent(new Event(open ? "show" : "hide"));
      report();
    }
  }

  class Modal extends HTMLElement {
    content = document.createElement("div");
    private box: HTMLDialogElement | null = null;
    show() {
      if (this.box) return;
      const bar = this.querySelector("ui-title-bar");
      this.box = document.createElement("dialog");
      this.box.setAttribute("aria-label", bar?.getAttribute("title") ?? "");
      Object.assign(this.box.style, { border: "0", borderRadius: "12px", padding: "20px", maxWidth: "560px", width: "90%" });
      const heading = document.createElement("h2");
      heading.textContent = bar?.getAttribute("title") ?? "";
      const foot = document.createElement("div");
      Object.assign(foot.style, { display: "flex", justifyContent: "flex-end", gap: "8px", marginTop: "16px" });
      for (const button of buttonsIn(bar).reverse()) {
        const copy = document.createElement("button");
        copy.type = "button";
        copy.textContent = button.textContent;
        copy.disabled = button.disabled;
        copy.addEventListener("click", () => button.click());
        foot.append(copy);
      }
      this.box.append(heading, this.content, foot);
      this.box.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.hide();
      });
      document.body.append(this.box);
      this.box.showModal();
      this.dispatchEvent(new Event("show"));
    }
    hide() {
      if (!this.box) return;
      this.box.remove();
      this.box = null;
      this.dispatchEvent(new Event("hide"));
    }
    toggle() {
      if (this.box) this.hide();
      else this.show();
    }
  }
  customElements.define("ui-save-bar", SaveBar);
  customElements.define("ui-modal", Modal);

  // A constructed sheet passes a content security policy that refuses style elements.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("ui-nav-menu, ui-title-bar, ui-save-bar, ui-modal { display: none; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name].bind(history);
    history[name] = (...given: Parameters<History["pushState"]>) => {
      original(...given);
      report();
    };
  }
  window.addEventListener("popstate", report);
  new MutationObserver(report).observe(document.documentElement, { childList: true, subtree: true, attributes: true, characterData: true });

  type Order =
    | { type: "navigate"; href: string }
    | { type: "press"; where: "title" | "save-bar"; index: number }
    | { type: "toast-action" | "toast-gone"; id: string }
    | { type: "left"; id: number; leave: boolean }
    | { type: "token"; id: number; token: string };
  window.addEventListener("message", (event: MessageEvent<{ sandboxAdmin?: Order }>) => {
    const order = event.data?.sandboxAdmin;
    if (!order || event.origin !== adminOrigin || event.source !== window.parent) return;
    switch (order.type) {
      case "navigate": {
        // Shopify's AppProvider listens for this event and reads the link's href.
        const link = [...document.querySelectorAll<HTMLAnchorElement>("ui-nav-menu a")].find(
          (each) => new URL(each.href).pathname === order.href,
        );
        link?.dispatchEvent(new CustomEvent("shopify:navigate", { bubbles: true }));
        return;
      }
      case "press":
        buttonsIn(order.where === "title" ? titleBar() : saveBar())[order.index]?.click();
        return;
      case "toast-action":
        toasts.get(order.id)?.onAction?.();
        return;
      case "toast-gone":
        toasts.get(order.id)?.onDismiss?.();
        return;
      case "left":
        waiting.get(order.id)?.(order.leave);
        return;
      case "token":
        waiting.get(order.id)?.(order.token);
        return;
      default:
        return order satisfies never;
    }
  });
  report();
}

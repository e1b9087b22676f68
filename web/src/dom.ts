// Elements without a framework.

type Attributes = Record<string, any>;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "style") made.style.cssText = value;
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

export function button(text: string, title: string, action: () => void, cls = ""): HTMLButtonElement {
  // A name that is spoken contains the text that is seen, so that whoever speaks to the page can say it.
  const name = /\w/.test(text) && !title.includes(text) ? `${text}: ${title}` : title;
  return el("button", { type: "button", title, "aria-label": name, class: cls, onclick: action }, text);
}

/** Text that is already there is not written again: that would be laid out again. */
export function write(node: Element, text: string): void { if (node.textContent !== text) node.textContent = text; }

export function show(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const text = Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4 ? value.toExponential(2) : String(+value.toPrecision(digits));
  return text.replace("-", "−");
}

export function plain(value: number): string { return String(+value.toPrecision(6)); }

/** A number as people write it, with a comma or a true minus; null if it is none. */
export function read(box: HTMLInputElement): number | null {
  const text = box.value.trim().replaceAll("−", "-").replace(",", "."), value = Number(text);
  return text !== "" && Number.isFinite(value) ? value : null;
}

export function save(name: string, content: Blob | string, type = "text/plain"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const a = el("a", { href: URL.createObjectURL(blob), download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 5000);
}

const SUB: Record<string, string> = { capacitance: "C", celsius: "T" };
/** How a parameter is called beside its slider. */
export function symbolOf(name: string): string { return SUB[name] ?? name; }

// Light and dark. Colours that mean something (channels) come from the server, which shares them with lo.plot.

export function css(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

let cache: Record<string, string> = {};
export function colour(name: string): string { return (cache[name] ??= css(name)); }

export function dark(): boolean { return document.documentElement.dataset.theme === "dark"; }

export function setTheme(name: string): void {
  document.documentElement.dataset.theme = name;
  cache = {};
  try { localStorage.setItem("loligo-theme", name); } catch { /* a browser that keeps nothing */ }
}

export function firstTheme(): void {
  let kept: string | null = null;
  try { kept = localStorage.getItem("loligo-theme"); } catch { /* likewise */ }
  setTheme(kept ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
}

export function mix(a: string, b: string, amount: number): string {
  const part = (s: string, i: number) => parseInt(s.slice(1 + 2 * i, 3 + 2 * i), 16);
  return "#" + [0, 1, 2].map((i) => Math.round(part(a, i) + (part(b, i) - part(a, i)) * amount).toString(16).padStart(2, "0")).join("");
}

/** A channel's colour as a line shows it on this background. */
export function shown(hex: string): string { return dark() ? mix(hex, "#ffffff", 0.28) : hex; }
/** The same, for what came before. */
export function pale(hex: string): string { return mix(shown(hex), colour("--paper"), 0.62); }

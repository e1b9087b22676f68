// The laboratory in a notebook: the same page, in a frame of its own, with the kernel at the other end of the line.
import type { Ends, Host } from "./transport";

interface Model {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: object): void;
  on(event: string, handler: (content: any, buffers: DataView[]) => void): void;
  off(event: string, handler: (content: any, buffers: DataView[]) => void): void;
}

let views = 0;

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const view = `${Date.now()}-${++views}`, frame = document.createElement("iframe");
  let ends: Ends | null = null;
  frame.title = "the laboratory";
  frame.style.cssText = `width: 100%; height: ${model.get("height")}px; border: 0; border-radius: 12px; display: block;`;
  frame.srcdoc = "<!doctype html><html lang='en'><head><meta charset='utf-8'></head><body></body></html>";

  const furnish = (files: { css: string; body: string; js: string }) => {
    const page = frame.contentDocument!, style = page.createElement("style"), script = page.createElement("script");
    const host: Host = {
      start: { cell: model.get("cell"), toml: model.get("toml") },
      state: model.get("state"),
      keep: (state) => { model.set("state", state); model.save_changes(); },
      connect: (given) => { ends = given; setTimeout(() => given.open()); return { send: (text) => model.send({ type: "ask", view, text }) }; },
    };
    (frame.contentWindow as any).loligoHost = host;
    style.textContent = files.css;
    page.head.append(style);
    page.body.innerHTML = files.body;
    script.textContent = files.js;
    page.body.append(script);
  };
  const heard = (content: any, buffers: DataView[]) => {
    if (content.view !== view) return;
    if (content.type === "page") furnish(content);
    if (content.type === "frame") { const b = buffers[0]; ends?.frame(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength) as ArrayBuffer); }
  };
  model.on("msg:custom", heard);
  frame.addEventListener("load", () => model.send({ type: "open", view }), { once: true });
  el.append(frame);
  return () => { model.off("msg:custom", heard); model.send({ type: "close", view }); };
}

export default { render };

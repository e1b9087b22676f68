// One panel as a picture: what is drawn on canvases as PNG, what is drawn in lines as SVG.
import { button, save } from "./dom";
import { colour } from "./theme";

/** The button that saves a panel. */
export function saver(title: string, body: () => HTMLElement): HTMLButtonElement {
  return button("⤓", `save as a picture: ${title}`, () => {
    const lines = body().querySelector("svg");
    if (lines) save(`${title}.svg`, standing(lines), "image/svg+xml");
    else void painted(body()).then((b) => save(`${title}.png`, b));
  }, "quiet save");
}

/** All canvases of a panel, where they stand on the page. */
function painted(body: HTMLElement): Promise<Blob> {
  const box = body.getBoundingClientRect(), dpr = devicePixelRatio, out = document.createElement("canvas"), c = out.getContext("2d")!;
  out.width = box.width * dpr;
  out.height = box.height * dpr;
  c.fillStyle = colour("--card");
  c.fillRect(0, 0, out.width, out.height);
  for (const canvas of body.querySelectorAll("canvas")) {
    const place = canvas.getBoundingClientRect();
    c.drawImage(canvas, (place.left - box.left) * dpr, (place.top - box.top) * dpr);
  }
  c.fillStyle = colour("--quiet");
  c.font = `600 ${12 * dpr}px system-ui, sans-serif`;
  for (const head of body.querySelectorAll("h4")) {
    const place = head.getBoundingClientRect();
    c.fillText(head.textContent!, (place.left - box.left) * dpr, (place.bottom - box.top - 4) * dpr);
  }
  return new Promise((done) => out.toBlob((b) => done(b!)));
}

/** An SVG that needs no style sheet. */
function standing(svg: SVGElement): string {
  const copy = svg.cloneNode(true) as SVGElement, from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    for (const name of ["fill", "stroke", "stroke-width", "opacity", "font-size", "font-weight", "font-family", "visibility"]) to[i].setAttribute(name, style.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

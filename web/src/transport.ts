// How page and laboratory reach one another: over a WebSocket, or through the notebook that the page is in.

export interface Ends { open(): void; frame(buffer: ArrayBuffer): void; close(): void }
export interface Line { send(text: string): void }

/** What a notebook puts into the window before the page begins. */
export interface Host {
  start: { cell: string; toml: string };
  state: string; // as the address would hold it
  keep(state: string): void;
  connect(ends: Ends): Line;
}

export function host(): Host | undefined { return (window as any).loligoHost; }

export function connect(ends: Ends): Line {
  const through = host();
  if (through) return through.connect(ends);
  const token = new URLSearchParams(location.search).get("token") ?? "", query = token ? `?token=${encodeURIComponent(token)}` : "";
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket${query}`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => ends.open();
  socket.onmessage = (event) => ends.frame(event.data as ArrayBuffer);
  socket.onclose = () => ends.close();
  return socket;
}

/** With which cell the page opens. */
export async function start(): Promise<{ cell: string; toml: string }> {
  const through = host();
  if (through) return through.start;
  const answer = await fetch(`start${location.search}`);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

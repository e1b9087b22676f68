// One line to the laboratory. Of each kind of question one is under way, and of those that wait only the newest counts.
import { connect, type Line } from "./transport";
import type { Answer } from "./types";

type Handler = (answer: Answer) => void;
const PATIENCE = 250; // ms, after which a newer question goes out although an older one is not answered

interface Lane { sent: number; at: number; next: object | null; want: Handler | null; asked: Handler | null }

export class Link {
  private line: Line | null = null;
  private lanes = new Map<string, Lane>();
  private number = 0;
  private delay = 200;
  connected = false;
  onstatus: (connected: boolean) => void = () => {};
  onbusy: (busy: boolean) => void = () => {};
  onerror: (text: string, kind: string) => void = () => {};

  constructor() { this.connect(); }

  private connect(): void {
    this.line = connect({
      open: () => {
        this.connected = true;
        this.delay = 200;
        this.onstatus(true);
        for (const lane of this.lanes.values()) lane.sent = 0;
        for (const kind of this.lanes.keys()) this.flush(kind);
      },
      frame: (buffer) => this.receive(buffer),
      close: () => {
        this.connected = false;
        this.onstatus(false);
        setTimeout(() => this.connect(), this.delay);
        this.delay = Math.min(3000, this.delay * 1.6);
      },
    });
  }

  ask(kind: string, body: object, want: Handler): void {
    const lane = this.lanes.get(kind) ?? { sent: 0, at: 0, next: null, want: null, asked: null };
    this.lanes.set(kind, lane);
    lane.next = body;
    lane.want = want;
    this.flush(kind);
  }

  private flush(kind: string): void {
    const lane = this.lanes.get(kind)!;
    if (!this.connected || !lane.next) return;
    const waited = performance.now() - lane.at;
    if (lane.sent && waited < PATIENCE) {
      setTimeout(() => { if (lane.next) this.flush(kind); }, PATIENCE - waited + 1);
      return;
    }
    lane.sent = ++this.number;
    lane.at = performance.now();
    lane.asked = lane.want;
    const body = lane.next;
    lane.next = null;
    this.line!.send(JSON.stringify({ type: kind, id: lane.sent, ...body }));
  }

  private receive(buffer: ArrayBuffer): void {
    const answer = decode(buffer);
    for (const [kind, lane] of this.lanes) {
      if (lane.sent !== answer.id) continue;
      if (answer.kind === "busy") { if (kind === "run" || kind === "describe") this.onbusy(true); return; }
      lane.sent = 0;
      if (kind === "run" || kind === "describe") this.onbusy(false);
      this.flush(kind);
      if (answer.kind === "error") this.onerror(answer.message, kind);
      else if (answer.kind !== "dropped") { if (kind === "run") this.onerror("", kind); lane.asked!(answer); }
      return;
    }
    if (answer.kind === "error" && answer.id === 0) this.onerror(answer.message, "");
  }
}

export function decode(buffer: ArrayBuffer): Answer {
  const length = new DataView(buffer).getUint32(0, true);
  const answer = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as Answer;
  let place = 4 + length;
  answer.data = {};
  for (const [name, count] of answer.arrays) {
    answer.data[name] = new Float32Array(buffer, place, count);
    place += 4 * count;
  }
  return answer;
}

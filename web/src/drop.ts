// Files that are dropped on the page.
const LARGEST = 300_000; // bytes

export function drop(take: (name: string, text: string) => void, refuse: (why: string) => void): void {
  document.addEventListener("dragover", (e) => e.preventDefault());
  document.addEventListener("drop", (e) => {
    e.preventDefault();
    const file = e.dataTransfer?.files[0];
    if (!file) return;
    if (file.size > LARGEST) { refuse(`${file.name}: ${file.size} bytes are too many; at most ${LARGEST}`); return; }
    void file.text().then((text) => take(file.name, text)).catch((error: Error) => refuse(`${file.name}: ${error.message}`));
  });
}

/** The pages of a PDF, one below the other, as wide as there is room. Their text can be selected, searched and read aloud. */
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type OpenPdf, openPdf, type PdfPage } from "./pdf-library.ts";

/** The width of a sheet that is shown in its full size, CSS pixels: larger than life, as one reads it on a desk. */
const MAX_WIDTH = 960;
/** Pixels of a canvas in one direction: more than this, and phones refuse it. */
const MAX_PIXELS = 4_096;
/** How long the window must keep its size before pages are drawn again, ms. */
const PAUSE_MS = 150;

interface PdfPagesProps {
  bytes: Uint8Array;
  /** What it is, for screen readers. */
  label: string;
  /** 1: as wide as there is room. */
  zoom: number;
  onFailure: (error: unknown) => void;
}

export function PdfPages({ bytes, label, zoom, onFailure }: PdfPagesProps): ComponentChild {
  const [pdf, setPdf] = useState<OpenPdf | null>(null);
  const frame = useRef<HTMLElement>(null);
  const room = useRoom(frame);
  useEffect(() => {
    let opened: OpenPdf | null = null;
    let isGone = false;
    openPdf(bytes).then(
      (one) => {
        opened = one;
        if (isGone) one.close();
        else setPdf(one);
      },
      (error) => !isGone && onFailure(error),
    );
    return () => {
      isGone = true;
      opened?.close();
      setPdf(null);
    };
  }, [bytes]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll it
    <section class="pdf-pages" ref={frame} tabIndex={0} aria-label={label} aria-busy={pdf === null}>
      {pdf === null ? (
        <p class="waiting">Loading…</p>
      ) : (
        room > 0 &&
        pdf.pages.map((page) => (
          <Sheet
            key={page.pageNumber}
            page={page}
            of={pdf.pages.length}
            width={Math.min(room, MAX_WIDTH) * zoom}
            TextLayer={pdf.TextLayer}
          />
        ))
      )}
    </section>
  );
}

interface SheetProps {
  page: PdfPage;
  of: number;
  /** CSS pixels. */
  width: number;
  TextLayer: OpenPdf["TextLayer"];
}

/** Drawn when it comes near the screen, and cleared when it is far away: a document can have a hundred pages. */
function Sheet({ page, of, width, TextLayer }: SheetProps): ComponentChild {
  const sheet = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  const scale = width / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale });
  useEffect(() => {
    const watch = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      root: sheet.current?.parentElement ?? null,
      rootMargin: "100% 0px",
    });
    if (sheet.current) watch.observe(sheet.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (!isNear || !canvas.current || !text.current) return;
    const { clientWidth, clientHeight } = sheet.current ?? canvas.current;
    const ratio = Math.min(devicePixelRatio, MAX_PIXELS / Math.max(clientWidth, clientHeight, 1));
    const drawing = page.render({ canvas: canvas.current, viewport: page.getViewport({ scale: scale * ratio }) });
    const layer = new TextLayer({ textContentSource: page.streamTextContent(), container: text.current, viewport });
    for (const one of [drawing.promise, layer.render()]) one.catch(() => {}); // cancelled
    return () => {
      drawing.cancel();
      layer.cancel();
      text.current?.replaceChildren();
    };
  }, [isNear, scale, page]);
  const pixels = Math.min(devicePixelRatio, MAX_PIXELS / Math.max(viewport.width, viewport.height));
  return (
    <section
      class="pdf-sheet"
      ref={sheet}
      aria-label={`Page ${page.pageNumber} of ${of}`}
      style={{ width: `${viewport.width}px`, height: `${viewport.height}px`, "--total-scale-factor": String(scale) }}
    >
      {isNear && (
        <canvas
          ref={canvas}
          width={Math.floor(viewport.width * pixels)}
          height={Math.floor(viewport.height * pixels)}
        />
      )}
      <div class="pdf-text" ref={text} />
    </section>
  );
}

/** The width inside a frame, CSS pixels; 0 until it is known. */
function useRoom(frame: { current: HTMLElement | null }): number {
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(element);
      setRoom(element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
    };
    let pause: ReturnType<typeof setTimeout> | undefined;
    const watch = new ResizeObserver(() => {
      clearTimeout(pause);
      pause = setTimeout(measure, PAUSE_MS);
    });
    measure();
    watch.observe(element);
    return () => {
      clearTimeout(pause);
      watch.disconnect();
    };
  }, []);
  return room;
}

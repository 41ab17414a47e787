/** Reads QR codes outside the page's thread, so that analyzing a frame never delays a code. Returns every text it finds, and judges none. */
import { decodeQRBatch } from 'qr/decode.js';

/** Enough to find a code by, and little enough for a slow phone. */
const LONGEST_SIDE = 1600;
/** Codes drawn with one or two pixels a module are enlarged to what the reader is made for. */
const SHORTEST_SIDE = 240;

type Question = { readonly id: number; readonly image: ImageBitmap; readonly timeLimit: number };

addEventListener('message', async ({ data }: MessageEvent<Question>) => {
  const { id, image, timeLimit } = data;
  let texts: string[] = [];
  try {
    const [found = []] = await decodeQRBatch([pixels(image)], { format: 'RGBA', timeLimit });
    texts = [...new Set(found.filter((each) => typeof each === 'string'))];
  } catch {
    // Nothing to see is an answer too.
  }
  postMessage({ id, texts });
});

function pixels(image: ImageBitmap): ImageData {
  const longest = Math.max(image.width, image.height);
  const shortest = Math.min(image.width, image.height);
  const shrink = Math.min(1, LONGEST_SIDE / longest);
  const grow = Math.max(1, Math.ceil(SHORTEST_SIDE / shortest));
  const scale = shrink < 1 ? shrink : grow;
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!canvas) throw new Error('no canvas');
  // Transparent pixels are black to a reader; people see them on white.
  canvas.fillStyle = '#fff';
  canvas.fillRect(0, 0, width, height);
  canvas.imageSmoothingEnabled = scale < 1;
  canvas.drawImage(image, 0, 0, width, height);
  image.close();
  return canvas.getImageData(0, 0, width, height);
}

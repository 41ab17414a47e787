/** Reads the QR code in a PNG image. Other image formats are for other programs to convert. */
import { readFileSync, statSync } from 'node:fs';
import { PNG } from 'pngjs';
import { decodeQRBatch } from 'qr/decode.js';
import { unreadableFile } from '../files.ts';
import { fail, type Result, success } from '../outcome.ts';
import { t } from '../texts.ts';

const MAX_FILE = 32 * 1024 * 1024;
const MAX_PIXELS = 50_000_000;
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Codes drawn with one or two pixels a module are enlarged to what the reader is made for. */
const MIN_SIDE = 240;

/** The text of the one code in the image. */
export async function readQrImage(path: string): Promise<Result<string>> {
  let file: Buffer;
  try {
    if (statSync(path).size > MAX_FILE)
      return fail('usage', 'image-too-large', t('authenticator.import.imageTooLarge', { file: path }));
    file = readFileSync(path);
  } catch (error) {
    return unreadableFile(path, error);
  }
  if (file.length < 33 || !file.subarray(0, 8).equals(SIGNATURE)) {
    return fail('usage', 'not-png', t('authenticator.import.notPng', { file: path }), {
      next: t('authenticator.import.saveAsPng'),
    });
  }
  // The size is at a fixed offset; looked at before anything is unpacked.
  if (file.readUInt32BE(16) * file.readUInt32BE(20) > MAX_PIXELS) {
    return fail('usage', 'image-too-large', t('authenticator.import.tooManyPixels', { file: path }), {
      next: t('authenticator.import.cutOut'),
    });
  }
  let image: { width: number; height: number; data: Buffer };
  try {
    image = PNG.sync.read(file);
  } catch {
    return fail('usage', 'damaged-image', t('authenticator.import.damaged', { file: path }));
  }
  const [found = []] = await decodeQRBatch([enlarged(onWhite(image))], { format: 'RGBA', timeLimit: 5000 });
  const texts = [...new Set(found.filter((each) => typeof each === 'string'))];
  if (texts.length === 1) return success(texts[0]!);
  const several = texts.length > 1;
  const text = several ? 'importing.severalQrCodes' : 'importing.noQrCode';
  return fail('usage', several ? 'several-qr-codes' : 'no-qr-code', t(`${text}.file`, { file: path }), {
    next: t(`${text}.next`),
  });
}

type Image = { width: number; height: number; data: Uint8Array };

/** Transparent pixels are black to a reader that ignores transparency; people see them on white. */
function onWhite({ width, height, data }: Image): Image {
  const opaque = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]! / 255;
    for (let channel = 0; channel < 3; channel += 1) {
      opaque[i + channel] = Math.round(data[i + channel]! * alpha + 255 * (1 - alpha));
    }
    opaque[i + 3] = 255;
  }
  return { width, height, data: opaque };
}

function enlarged(image: Image): Image {
  const factor = Math.ceil(MIN_SIDE / Math.min(image.width, image.height));
  if (factor <= 1 || !Number.isFinite(factor)) return image;
  const width = image.width * factor;
  const height = image.height * factor;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = (Math.floor(y / factor) * image.width + Math.floor(x / factor)) * 4;
      data.set(image.data.subarray(from, from + 4), (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

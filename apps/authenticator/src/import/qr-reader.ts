/** Reads the QR codes in a picture: by the browser's own reader where there is one, else in a worker. */
import { startQrWorker } from '../trusted-scripts.ts';

type Detector = { detect(image: ImageBitmapSource): Promise<{ readonly rawValue: string }[]> };
type DetectorClass = {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
};

type QrReader = {
  /** The texts of all codes in it, each once. The picture is used up. */
  read(image: ImageBitmap, timeLimit: number): Promise<readonly string[]>;
  close(): void;
};

export async function qrReader(): Promise<QrReader> {
  const native = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  try {
    if (native && (await native.getSupportedFormats()).includes('qr_code')) return nativeReader(native);
  } catch {
    // There by name, and not usable.
  }
  return workerReader();
}

function nativeReader(Detector: DetectorClass): QrReader {
  const detector = new Detector({ formats: ['qr_code'] });
  return {
    async read(image) {
      try {
        return [...new Set((await detector.detect(image)).map(({ rawValue }) => rawValue))];
      } catch {
        return [];
      } finally {
        image.close();
      }
    },
    close() {},
  };
}

function workerReader(): QrReader {
  const worker = startQrWorker();
  const waiting = new Map<number, (texts: readonly string[]) => void>();
  let latest = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<{ id: number; texts: string[] }>) => {
    waiting.get(data.id)?.(data.texts);
    waiting.delete(data.id);
  });
  return {
    read: (image, timeLimit) =>
      new Promise((resolve) => {
        latest += 1;
        waiting.set(latest, resolve);
        worker.postMessage({ id: latest, image, timeLimit }, [image]);
      }),
    close() {
      worker.terminate();
      for (const resolve of waiting.values()) resolve([]);
    },
  };
}

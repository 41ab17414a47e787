/** The camera, looked at a few times a second until there is one QR code to see. Nothing of it is kept or sent. */

import { readInvitation } from '@sower/ctkip/authenticator/invitation';
import { useEffect, useRef, useState } from 'react';
import type { Parts } from '../parts.ts';
import { useLook } from '../texts/use-texts.ts';
import { Message } from '../ui/message.tsx';
import { ScreenFrame } from '../ui/screen.tsx';
import type { Problem } from './picture.ts';
import { qrReader } from './qr-reader.ts';

const PAUSE = 120;
const TIME_LIMIT = 60;

export function ScanPage({ screens }: Parts) {
  const { texts, words } = useLook();
  const t = texts.import;
  const video = useRef<HTMLVideoElement>(null);
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { replace } = screens;

  useEffect(() => {
    let stopped = false;
    let stream: MediaStream | undefined;
    const shown = video.current;

    async function look(): Promise<void> {
      if (!navigator.mediaDevices) return setProblem({ message: t.cameraNone });
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
          audio: false,
        });
      } catch (error) {
        const name = error instanceof DOMException ? error.name : '';
        const message =
          name === 'NotAllowedError'
            ? t.cameraDenied
            : name === 'NotFoundError'
              ? t.cameraNone
              : t.cameraBusy;
        return setProblem({ message });
      }
      if (stopped || !shown) return end();
      shown.srcObject = stream;
      await shown.play().catch(() => {});
      setRunning(true);
      const reader = await qrReader();
      while (!stopped) {
        if (shown.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && shown.videoWidth > 0) {
          const found = await reader.read(await createImageBitmap(shown), TIME_LIMIT);
          if (stopped) break;
          if (found.length > 1) setProblem(words.severalQrCodes(t.theCamera));
          const [text] = found;
          if (text !== undefined && found.length === 1) {
            const read = readInvitation(text);
            if (read.ok) {
              replace({ name: 'review', invitation: read.invitation });
              break;
            }
            setProblem(words.link[read.defect](read.host));
          }
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
      reader.close();
    }
    function end(): void {
      for (const track of stream?.getTracks() ?? []) track.stop();
    }
    void look();
    return () => {
      stopped = true;
      end();
    };
  }, [t, words, replace]);

  return (
    <ScreenFrame title={t.scan} back={screens.back}>
      {problem && <Message kind="danger" text={problem.message} next={problem.next} />}
      <p className="quiet">{running ? t.cameraTitle : problem ? '' : t.cameraStarting}</p>
      <video ref={video} className={running ? 'camera' : 'camera off'} muted playsInline />
      <button type="button" onClick={screens.back}>
        {texts.review.elsewhere}
      </button>
    </ScreenFrame>
  );
}

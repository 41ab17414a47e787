/** The camera, looked at a few times a second until there is one QR code to see. Nothing of it is kept or sent. */
import { explainDefect } from '@sower/ctkip/authenticator/explain';
import { readInvitation } from '@sower/ctkip/authenticator/invitation';
import { useEffect, useRef, useState } from 'react';
import type { Parts } from '../parts.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Message, ScreenFrame } from '../ui/screen.tsx';
import { type Problem, unreadable } from './arrival.ts';
import { qrReader } from './qr-reader.ts';

const PAUSE = 120;
const TIME_LIMIT = 60;

export function ScanPage({ screens }: Parts) {
  const t = useTexts();
  const video = useRef<HTMLVideoElement>(null);
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const { replace } = screens;

  useEffect(() => {
    let stopped = false;
    let stream: MediaStream | undefined;
    const shown = video.current;

    async function look(): Promise<void> {
      if (!navigator.mediaDevices) return setProblem({ message: { code: 'import.cameraNone' } });
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
          audio: false,
        });
      } catch (error) {
        const name = error instanceof DOMException ? error.name : '';
        const code =
          name === 'NotAllowedError'
            ? 'import.cameraDenied'
            : name === 'NotFoundError'
              ? 'import.cameraNone'
              : 'import.cameraBusy';
        return setProblem({ message: { code } });
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
          if (found.length > 1) setProblem(unreadable(found.length, 'camera'));
          const [text] = found;
          if (text !== undefined && found.length === 1) {
            const read = readInvitation(text);
            if (read.ok) {
              replace({ name: 'review', invitation: read.invitation });
              break;
            }
            setProblem(explainDefect(read.defect, read.host));
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
  }, [replace]);

  return (
    <ScreenFrame title={t('import.scan')} back={screens.back}>
      {problem && <Message kind="danger" text={t(problem.message)} next={problem.next && t(problem.next)} />}
      <p className="quiet">{running ? t('import.cameraTitle') : problem ? '' : t('import.cameraStarting')}</p>
      <video ref={video} className={running ? 'camera' : 'camera off'} muted playsInline />
      <button type="button" onClick={screens.back}>
        {t('review.elsewhere')}
      </button>
    </ScreenFrame>
  );
}

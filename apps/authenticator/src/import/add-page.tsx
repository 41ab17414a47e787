/** The ways to a token: camera, picture, link, or typed in. */
import { readInvitation } from '@sower/ctkip/authenticator/invitation';
import { useState } from 'react';
import type { Parts } from '../parts.ts';
import { useLook } from '../texts/use-texts.ts';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Message } from '../ui/message.tsx';
import { ScreenFrame } from '../ui/screen.tsx';
import { type Problem, pictureText } from './picture.ts';

export function AddPage(props: Parts & { text?: string | undefined; problem?: Problem | undefined }) {
  const { screens } = props;
  const { texts, words } = useLook();
  const t = texts.import;
  const [link, setLink] = useState(props.text ?? '');
  const [url, setUrl] = useState('');
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState(props.problem);

  const take = (text: string, typedCode?: string): void => {
    const read = readInvitation(text);
    if (!read.ok) {
      setProblem(words.link[read.defect](read.host));
      return;
    }
    const { invitation } = read;
    setProblem(undefined);
    screens.go({
      name: 'review',
      invitation: typedCode ? { ...invitation, activationCode: typedCode } : invitation,
    });
  };
  const choose = async (picture: Blob | undefined | null): Promise<void> => {
    if (!picture) return;
    const found = await pictureText(picture, texts, words);
    if (found.ok) take(found.text);
    else setProblem(found.problem);
  };

  return (
    <ScreenFrame title={texts.add} back={screens.back}>
      <p>{t.intro}</p>
      {problem && <Message kind="danger" text={problem.message} next={problem.next} />}
      <div className="ways">
        <button type="button" className="primary" onClick={() => screens.go({ name: 'scan' })}>
          <Icon name="scan" /> {t.scan}
        </button>
        <label className="file">
          <input
            type="file"
            accept="image/*"
            onChange={(event) => {
              void choose(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
          <Icon name="image" /> {t.image}
        </label>
      </div>
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          take(link);
        }}
        onPaste={(event) => {
          // A copied picture is as good as a saved one.
          const picture = [...event.clipboardData.files].find(({ type }) => type.startsWith('image/'));
          if (picture) void choose(picture);
        }}
      >
        <h2>
          <Icon name="paste" /> {t.paste}
        </h2>
        <Field label={t.link} hint={t.linkHint} inputMode="url" value={link} onValue={setLink} />
        <button type="submit">{t.go}</button>
      </form>
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          take(url, code);
        }}
      >
        <h2>
          <Icon name="type" /> {t.type}
        </h2>
        <Field label={t.url} hint={t.urlHint} inputMode="url" value={url} onValue={setUrl} />
        <Field label={t.code} hint={t.codeHint} value={code} onValue={setCode} />
        <button type="submit">{t.go}</button>
      </form>
    </ScreenFrame>
  );
}

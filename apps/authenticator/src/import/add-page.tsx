/** The ways to a token: camera, picture, link, or typed in. */
import { explainDefect } from '@sower/ctkip/authenticator/explain';
import { readInvitation } from '@sower/ctkip/authenticator/invitation';
import { type ClipboardEventHandler, type ComponentProps, type ReactNode, useState } from 'react';
import type { Parts } from '../parts.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Field, Form } from '../ui/field.tsx';
import { Icon, Message, ScreenFrame } from '../ui/screen.tsx';
import { type Problem, pictureText } from './arrival.ts';

export function AddPage(props: Parts & { text?: string | undefined; problem?: Problem | undefined }) {
  const { screens } = props;
  const t = useTexts();
  const [link, setLink] = useState(props.text ?? '');
  const [url, setUrl] = useState('');
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState(props.problem);

  const take = (text: string, typedCode?: string): void => {
    const read = readInvitation(text);
    if (!read.ok) {
      setProblem(explainDefect(read.defect, read.host));
      return;
    }
    const { invitation } = read;
    setProblem(undefined);
    screens.go(
      typedCode
        ? { name: 'review', invitation: { ...invitation, activationCode: undefined }, typedCode }
        : { name: 'review', invitation },
    );
  };
  const choose = async (picture: Blob | undefined | null): Promise<void> => {
    if (!picture) return;
    const found = await pictureText(picture);
    if (found.ok) take(found.text);
    else setProblem(found.problem);
  };

  return (
    <ScreenFrame title={t('add')} back={screens.back}>
      <p>{t('import.intro')}</p>
      {problem && <Message kind="danger" text={t(problem.message)} next={problem.next && t(problem.next)} />}
      <div className="ways">
        <button type="button" className="primary" onClick={() => screens.go({ name: 'scan' })}>
          <Icon name="scan" /> {t('import.scan')}
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
          <Icon name="image" /> {t('import.image')}
        </label>
      </div>
      <Way
        icon="paste"
        title={t('import.paste')}
        onSubmit={() => take(link)}
        onPaste={(event) => {
          // A copied picture is as good as a saved one.
          const picture = [...event.clipboardData.files].find(({ type }) => type.startsWith('image/'));
          if (picture) void choose(picture);
        }}
      >
        <Field
          label={t('import.link')}
          hint={t('import.linkHint')}
          inputMode="url"
          value={link}
          onValue={setLink}
        />
      </Way>
      <Way icon="type" title={t('import.type')} onSubmit={() => take(url, code)}>
        <Field
          label={t('import.url')}
          hint={t('import.urlHint')}
          inputMode="url"
          value={url}
          onValue={setUrl}
        />
        <Field label={t('import.code')} hint={t('import.codeHint')} value={code} onValue={setCode} />
      </Way>
    </ScreenFrame>
  );
}

/** One way to a token that is typed or pasted. */
function Way(props: {
  icon: ComponentProps<typeof Icon>['name'];
  title: string;
  onSubmit: () => void;
  onPaste?: ClipboardEventHandler;
  children: ReactNode;
}) {
  const { icon, title, onSubmit, onPaste, children } = props;
  const t = useTexts();
  return (
    <Form className="card" onSubmit={onSubmit} onPaste={onPaste}>
      <h2>
        <Icon name={icon} /> {title}
      </h2>
      {children}
      <button type="submit">{t('import.go')}</button>
    </Form>
  );
}

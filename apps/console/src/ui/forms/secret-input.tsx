/** What others must not read over a shoulder: a password, a PIN, a passcode. A button shows it, and another may generate one. */
import { InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import EyeIcon from '@patternfly/react-icons/dist/esm/icons/eye-icon';
import EyeSlashIcon from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon';
import { type ComponentProps, useState } from 'react';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { Button } from '../patternfly.tsx';

export function SecretInput({
  onGenerate,
  ...input
}: Omit<ComponentProps<typeof TextInput>, 'type'> & {
  /** Generates one; it is then shown, since someone has to pass it on. */
  onGenerate?: (() => unknown) | undefined;
}) {
  const t = useSharedTexts();
  const [shown, setShown] = useState(false);
  const [generated, setGenerated] = useState(false);
  return (
    <InputGroup>
      <InputGroupItem isFill>
        <TextInput {...input} type={shown ? 'text' : 'password'} spellCheck={false} autoCapitalize="none" />
      </InputGroupItem>
      <InputGroupItem>
        <Button
          variant="control"
          icon={shown ? <EyeSlashIcon /> : <EyeIcon />}
          aria-label={t(shown ? 'parts.hideTyped' : 'parts.showTyped')}
          isDisabled={input.isDisabled ?? false}
          onClick={() => setShown(!shown)}
        />
      </InputGroupItem>
      {onGenerate && (
        <InputGroupItem>
          <Button
            variant="control"
            onClick={async () => {
              await onGenerate();
              setShown(true);
              setGenerated(true);
            }}
          >
            {t('parts.generate')}
          </Button>
        </InputGroupItem>
      )}
      {generated && input.value !== '' && (
        <InputGroupItem>
          <Button
            variant="control"
            // Where the browser does not let it, it is on the screen.
            onClick={() => void navigator.clipboard?.writeText(String(input.value)).catch(() => undefined)}
          >
            {t('ui.copy')}
          </Button>
        </InputGroupItem>
      )}
    </InputGroup>
  );
}

/** Without characters that look alike: 31 of them, 20 times, are 99 bits. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password that can be read out: four groups of five. */
export function makePassword(
  random: (octets: Uint8Array<ArrayBuffer>) => Uint8Array = (octets) => crypto.getRandomValues(octets),
): string {
  const most = 256 - (256 % ALPHABET.length);
  let made = '';
  while (made.length < 20) {
    for (const octet of random(new Uint8Array(32)))
      if (octet < most && made.length < 20) made += ALPHABET[octet % ALPHABET.length];
  }
  return made.replace(/(.{5})(?=.)/g, '$1-');
}

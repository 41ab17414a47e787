/** A code in groups for the eye, and digit by digit for the ear. */
export function CodeDigits({ code, quiet = false }: { code: string; quiet?: boolean }) {
  const half = code.length === 7 ? 4 : Math.ceil(code.length / 2);
  const groups = [code.slice(0, half), code.slice(half)];
  return (
    <span className={quiet ? 'code quiet' : 'code'}>
      <span aria-hidden="true">
        {groups.map((group, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: there are two, in their order
          <span key={place} className="group">
            {group}
          </span>
        ))}
      </span>
      <span className="unseen" data-code={code}>
        {[...code].join(' ')}
      </span>
    </span>
  );
}

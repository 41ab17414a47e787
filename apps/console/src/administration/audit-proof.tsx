/** Verifies the chain of the audit trail, and exports the trail as a file. */
import type { ApiClient } from '@sower/api/client';
import { useMutation } from '@tanstack/react-query';
import { useConsole } from '../session/use-console.ts';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { CsvButton, SaveButton, saveFile } from '../ui/save-file.tsx';

export function VerifyChain() {
  const { t, api, time } = useConsole();
  const verifying = useMutation({ mutationFn: () => api('verifyAudit', {}) });
  const said = verifying.data;
  return (
    <div className="sower-stack">
      <div className="sower-actions">
        <Button variant="secondary" work={verifying}>
          {t('audit.verify')}
        </Button>
      </div>
      <ProblemAlert error={verifying.error} />
      {said && (
        <Alert
          role="status"
          variant={said.intact ? 'success' : 'danger'}
          title={said.intact ? t('audit.intact', { count: said.rows }) : t('audit.altered')}
        >
          {said.intact ? (
            <p>{said.detail}</p>
          ) : (
            <ul>
              {said.findings.map(({ detail }) => (
                <li key={detail}>{detail}</li>
              ))}
            </ul>
          )}
          {said.from && said.to && <p>{t('audit.proven', { from: time(said.from), to: time(said.to) })}</p>}
          {said.unmarked > 0 && <p>{t('audit.unmarked', { count: said.unmarked })}</p>}
          {said.unlinked > 0 && <p>{t('audit.unlinked', { count: said.unlinked })}</p>}
        </Alert>
      )}
    </div>
  );
}

/** One line per row, from the first on, whatever the search: the input of `sower audit verify-file`. */
async function chainedRows(api: ApiClient): Promise<string> {
  const lines: string[] = [];
  for (let after = 0; ; ) {
    const { items, start } = await api('exportAudit', { query: { after } });
    if (start) lines.push(`${JSON.stringify(start)}\n`);
    const last = items.at(-1);
    if (!last) return lines.join('');
    lines.push(...items.map((row) => `${JSON.stringify(row)}\n`));
    after = last.seq;
  }
}

const COLUMNS = ['id', 'at', 'actor', 'action', 'object', 'result', 'reason', 'source'] as const;

/** @param filter asked when it is exported: a period ends then */
export function ExportAudit({ filter }: { filter: () => Record<string, string> }) {
  const { t, api } = useConsole();
  return (
    <div className="sower-actions">
      <CsvButton
        file="audit"
        read={async (cursor) => {
          const page = await api('listAudit', {
            query: { ...filter(), limit: 1000, cursor },
          });
          const lines = page.items.map((entry) => COLUMNS.map((column) => entry[column] ?? ''));
          return { heading: COLUMNS, lines, next: page.next };
        }}
      />
      <SaveButton
        label={t('audit.exportChain')}
        save={async () => saveFile('audit.jsonl', 'application/jsonl', await chainedRows(api))}
      />
    </div>
  );
}

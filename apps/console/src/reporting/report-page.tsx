/** One report: its rows page by page, and as CSV and PDF. How many days it covers is in the address. */
import {
  daysOfReport,
  operationOfReport,
  REPORT_NAMES,
  type Report,
  type ReportName,
} from '@sower/api/reports';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useApi } from '../api/connection.ts';
import { fieldProblem } from '../api/problem-words.ts';
import { useConsole } from '../session/use-console.ts';
import { NoSuchPage } from '../shell/failed-page.tsx';
import { helped, useTexts } from '../texts/use-texts.ts';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { keptSize, pageIn } from '../ui/lists/cursor-paging.tsx';
import { ItemTable, Listing } from '../ui/lists/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { CsvButton, SaveButton, savePdf } from '../ui/save-file.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { SaveDialog } from './save-dialog.tsx';

export function Component() {
  const { report } = useParams();
  const name = REPORT_NAMES.find((one) => one === report);
  return name === undefined ? <NoSuchPage /> : <ReportPage key={name} name={name} />;
}

function ReportPage({ name }: { name: ReportName }) {
  const t = useTexts();
  const read = useReportReader();
  const [parameters, setParameters] = useSearchParams();
  const standard = daysOfReport(name);
  const chosen = parameters.get('days') ?? '';
  const days = standard === undefined || chosen === '' ? {} : { days: Number(chosen) };
  const query = { ...days, ...pageIn(parameters) };
  const report = useQuery({
    queryKey: ['report', name, query],
    queryFn: () => read(name, query),
    placeholderData: keepPreviousData,
  });
  return (
    <Screen title={t(`report-title.${name}`)} intro={t(`reportSays.${name}`)} stacked>
      {standard !== undefined && (
        <Days
          key={chosen}
          standard={String(chosen === '' ? standard : chosen)}
          error={fieldProblem(report.error, 'days')}
          onChoose={(next) => setParameters({ days: next, ...keptSize(parameters) })}
        />
      )}
      <Save name={name} query={days} />
      <Listing query={report} none={{ title: t('reporting.empty'), body: t('reporting.emptyBody') }} paged>
        {(items) => report.data && <Rows report={report.data} items={items} />}
      </Listing>
    </Screen>
  );
}

type Line = { readonly key: string; readonly cells: readonly string[] };

function Rows({ report, items }: { report: Report; items: readonly (readonly string[])[] }) {
  const { exact, date } = useTimes();
  const shown = (kind: Report['columns'][0]['kind'], value: string): string => {
    if (value === '') return '–';
    return kind === 'time' ? exact(value) : kind === 'date' ? date(value) : value;
  };
  return (
    <ItemTable<Line>
      label={report.title}
      items={items.map((cells, index) => ({ cells, key: `${index} ${cells.join('|')}` }))}
      keyOf={({ key }) => key}
      columns={report.columns.map(({ label, kind }, index) => ({
        label,
        // Where there are many columns, a time takes two lines: the day, and the time of it.
        ...(kind === 'time' ? {} : { modifier: kind === 'text' ? 'breakWord' : 'nowrap' }),
        cell: ({ cells }) => shown(kind, cells[index] ?? ''),
      }))}
    />
  );
}

function Days({
  standard,
  error,
  onChoose,
}: {
  standard: string;
  error: string | undefined;
  onChoose: (days: string) => void;
}) {
  const t = useTexts();
  const [days, setDays] = useState(standard);
  return (
    <div className="sower-no-print">
      <Form wide onSubmit={() => onChoose(days.trim())}>
        <div className="sower-search">
          <TextField
            {...helped(t, 'reporting.days')}
            type="number"
            value={days}
            onChange={setDays}
            error={error}
          />
          <div className="sower-actions sower-search-buttons">
            <Button type="submit">{t('reporting.show')}</Button>
          </div>
        </div>
      </Form>
    </div>
  );
}

function Save({ name, query }: { name: ReportName; query: ReportQuery }) {
  const { t, can } = useConsole();
  const [saving, setSaving] = useState(false);
  const read = useReportReader();
  return (
    <>
      <div className="sower-actions sower-no-print">
        <CsvButton
          file={name}
          label={t('reporting.csv')}
          read={async (cursor) => {
            const page = await read(name, {
              ...query,
              limit: 1000,
              ...(cursor === undefined ? {} : { cursor }),
            });
            return { heading: page.columns.map(({ label }) => label), lines: page.items, next: page.next };
          }}
        />
        <SaveButton
          label={t('reporting.pdf')}
          save={async () => {
            const { document } = await read(name, { ...query, format: 'pdf' });
            if (document) savePdf(document);
          }}
        />
        {can('audit:view') && (
          <Button variant="secondary" onClick={() => setSaving(true)}>
            {t('reporting.save')}
          </Button>
        )}
      </div>
      {saving && <SaveDialog report={name} days={query.days} onClose={() => setSaving(false)} />}
    </>
  );
}

type ReportQuery = {
  readonly days?: number;
  readonly limit?: number;
  readonly cursor?: string;
  readonly format?: 'pdf';
};

/** Reads a report, by the operation that is for it. */
function useReportReader(): (report: ReportName, query: ReportQuery) => Promise<Report> {
  const api = useApi();
  return (report, query) => {
    return api(operationOfReport(report).name, { params: { report }, query });
  };
}

/** What the parts of the form are given: its values, and for each input what it needs. */
import type { SourceDraft } from './source-draft.ts';

export type SourceFields = {
  readonly values: SourceDraft;
  readonly set: (part: Partial<SourceDraft>) => void;
  readonly flag: (name: 'enabled' | 'nestedGroups' | 'logOn' | 'lookUp') => {
    isChecked: boolean;
    onChange: (event: unknown, on: boolean) => void;
  };
  readonly text: (name: Exclude<keyof SourceDraft, 'enabled' | 'nestedGroups' | 'logOn' | 'lookUp'>) => {
    value: string;
    onChange: (value: string) => void;
    path: string;
  };
};

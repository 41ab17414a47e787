/** A text in which the names of options, such as --backup-folder, are not broken at their hyphens. */
import type { ReactNode } from 'react';

export const withOptionNames = (text: string): ReactNode =>
  text.split(/(--[a-z][a-z-]*)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: its place is what it is
      <span key={index} className="sower-option">
        {part}
      </span>
    ),
  );

/** The completion script for fish, with a summary beside each word. It starts no process. */
import type { CommandWords, Value } from './words.ts';

export function fishScript(all: readonly CommandWords[]): string {
  const known = all.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')));
  const lines = all.flatMap(({ path, commands, options, argument }) => {
    const here = `complete -c sower -n ${quoted(`__sower_at ${quoted(path.join(' '))}`)}`;
    return [
      ...commands.map(({ name, summary }) => `${here} -a ${quoted(name)} -d ${quoted(summary)}`),
      ...options.map(
        ({ names, summary, value }) => `${here} ${flags(names)} -d ${quoted(summary)}${offer(value)}`,
      ),
      ...(argument?.isFile ? [`${here} -F`] : []),
      ...(argument && argument.choices.length > 0
        ? [`${here} -a ${quoted(argument.choices.join(' '))}`]
        : []),
    ];
  });
  return `# fish completion for sower. Load it with: sower completion fish | source
function __sower_at
    set -l path
    for word in (commandline -opc)[2..]
        if contains -- (string join -- ' ' $path $word) ${known.join(' ')}
            set path $path $word
        end
    end
    test "$(string join -- ' ' $path)" = "$argv[1]"
end
complete -c sower -e
complete -c sower -f
${lines.join('\n')}`;
}

const flags = (names: readonly string[]): string =>
  names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');

const offer = (value: Value | undefined): string => {
  if (!value) return '';
  if (value.isFile) return ' -r -F';
  return value.choices.length === 0 ? ' -x' : ` -x -a ${quoted(value.choices.join(' '))}`;
};

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

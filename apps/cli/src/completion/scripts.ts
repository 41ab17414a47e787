/** The completion scripts for bash, zsh and fish. They start no process: everything they know is in them. */
import type { CommandWords, Value } from './words.ts';

/** Single quotes, for bash and zsh. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * What bash and zsh have alike: which command the words before are, and then what may follow an option, or stand there.
 * @param shell its names for the words and the last of them, and the bounds of those
 */
function cases(
  all: readonly CommandWords[],
  shell: { readonly words: string; readonly first: number; readonly end: string; readonly previous: string },
  offer: (value: Value) => string,
  here: (command: CommandWords) => string,
): string {
  const known = all.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')));
  const after = all.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) => {
      const typed = names.map((name) => quoted(`${path.join(' ')}:${name}`)).join('|');
      return value ? [`    ${typed}) ${offer(value)}; return ;;`] : [];
    }),
  );
  return `  for ((i = ${shell.first}; i < ${shell.end}; i++)); do
    word="\${cur_path:+$cur_path }\${${shell.words}[i]}"
    case "$word" in
      ${known.join('|')}) cur_path=$word ;;
    esac
  done
  case "$cur_path:$${shell.previous}" in
${after.join('\n')}
  esac
  case "$cur_path" in
${all.map((command) => `    ${quoted(command.path.join(' '))}) ${here(command)} ;;`).join('\n')}
  esac`;
}

export function bashScript(all: readonly CommandWords[]): string {
  const shell = { words: 'COMP_WORDS', first: 1, end: 'COMP_CWORD', previous: 'prev' };
  const here = ({ commands, options, argument }: CommandWords): string => {
    const words = [
      ...commands.map(({ name }) => name),
      ...(argument?.choices ?? []),
      ...options.flatMap(({ names }) => names),
    ];
    const file = argument?.isFile ? ' compopt -o filenames; COMPREPLY+=( $(compgen -f -- "$cur") );' : '';
    return `COMPREPLY=( $(compgen -W ${quoted(words.join(' '))} -- "$cur") );${file}`;
  };
  return `# bash completion for sower. Load it with: source <(sower completion bash)
_sower() {
  local cur prev cur_path= word i
  cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
${cases(all, shell, bashOffer, here)}
}
complete -F _sower sower`;
}

const bashOffer = ({ choices, isFile }: Value): string => {
  if (isFile) return 'compopt -o filenames; COMPREPLY=( $(compgen -f -- "$cur") )';
  return choices.length === 0 ? ':' : `COMPREPLY=( $(compgen -W ${quoted(choices.join(' '))} -- "$cur") )`;
};

/** With a summary beside each word. */
export function zshScript(all: readonly CommandWords[]): string {
  const shell = { words: 'words', first: 2, end: 'CURRENT', previous: 'previous' };
  const here = ({ commands, options, argument }: CommandWords): string => {
    const described = [
      ...commands.map(({ name, summary }) => entry(name, summary)),
      ...options.flatMap(({ names, summary }) => names.map((name) => entry(name, summary))),
    ];
    const argued =
      argument && (argument.isFile || argument.choices.length > 0) ? `${zshOffer(argument)}; ` : '';
    return `${argued}found=(${described.join(' ')}); _describe sower found`;
  };
  return `#compdef sower
# zsh completion for sower. Load it with: source <(sower completion zsh)
_sower() {
  local cur_path= word previous=\${words[CURRENT-1]} i
  local -a found
${cases(all, shell, zshOffer, here)}
}
if [ "\${funcstack[1]}" = _sower ]; then _sower; else compdef _sower sower; fi`;
}

/** `_describe` takes a colon for the end of the word. */
const entry = (word: string, summary: string): string =>
  quoted(`${word.replaceAll(':', '\\:')}:${summary.replaceAll('\\', '\\\\')}`);

const zshOffer = ({ choices, isFile }: Value): string => {
  if (isFile) return '_files';
  return choices.length === 0 ? ':' : `compadd -- ${choices.map(quoted).join(' ')}`;
};

/** With a summary beside each word. */
export function fishScript(all: readonly CommandWords[]): string {
  const known = all.filter(({ path }) => path.length > 0).map(({ path }) => fishQuoted(path.join(' ')));
  const lines = all.flatMap(({ path, commands, options, argument }) => {
    const here = `complete -c sower -n ${fishQuoted(`__sower_at ${fishQuoted(path.join(' '))}`)}`;
    return [
      ...commands.map(({ name, summary }) => `${here} -a ${fishQuoted(name)} -d ${fishQuoted(summary)}`),
      ...options.map(
        ({ names, summary, value }) => `${here} ${flags(names)} -d ${fishQuoted(summary)}${fishOffer(value)}`,
      ),
      ...(argument?.isFile ? [`${here} -F`] : []),
      ...(argument && argument.choices.length > 0
        ? [`${here} -a ${fishQuoted(argument.choices.join(' '))}`]
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

const fishOffer = (value: Value | undefined): string => {
  if (!value) return '';
  if (value.isFile) return ' -r -F';
  return value.choices.length === 0 ? ' -x' : ` -x -a ${fishQuoted(value.choices.join(' '))}`;
};

const fishQuoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

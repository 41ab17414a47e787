/** The completion script for zsh, with a summary beside each word. It starts no process. */
import { type CommandWords, casesOfOptions, knownPaths, quoted, type Value } from './words.ts';

export function zshScript(all: readonly CommandWords[]): string {
  const known = knownPaths(all);
  const after = casesOfOptions(all, offer);
  const here = all.map(({ path, commands, options, argument }) => {
    const described = [
      ...commands.map(({ name, summary }) => entry(name, summary)),
      ...options.flatMap(({ names, summary }) => names.map((name) => entry(name, summary))),
    ];
    const argued = argument && (argument.isFile || argument.choices.length > 0) ? `${offer(argument)}; ` : '';
    return `    ${quoted(path.join(' '))}) ${argued}found=(${described.join(' ')}); _describe sower found ;;`;
  });
  return `#compdef sower
# zsh completion for sower. Load it with: source <(sower completion zsh)
_sower() {
  local cur_path= word previous=\${words[CURRENT-1]} i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    word="\${cur_path:+$cur_path }\${words[i]}"
    case "$word" in
      ${known.join('|')}) cur_path=$word ;;
    esac
  done
  case "$cur_path:$previous" in
${after.join('\n')}
  esac
  case "$cur_path" in
${here.join('\n')}
  esac
}
if [ "\${funcstack[1]}" = _sower ]; then _sower; else compdef _sower sower; fi`;
}

/** `_describe` takes a colon for the end of the word. */
const entry = (word: string, summary: string): string =>
  quoted(`${word.replaceAll(':', '\\:')}:${summary.replaceAll('\\', '\\\\')}`);

const offer = ({ choices, isFile }: Value): string => {
  if (isFile) return '_files';
  return choices.length === 0 ? ':' : `compadd -- ${choices.map(quoted).join(' ')}`;
};

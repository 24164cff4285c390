import { MODE_SWITCHES } from './mode-switches.ts';
import { QUIRKS } from './quirks.ts';

/** The switches and the quirks as the two Markdown tables of docs/modes.md. */
export function modesTables(): { readonly switches: string; readonly quirks: string } {
  const switches = MODE_SWITCHES.map(({ id, setting, faithful, fixed, why }) => [
    id,
    code(setting),
    shown(faithful),
    shown(fixed),
    why,
  ]);
  const quirks = QUIRKS.map(({ id, published, kind, settings = [], here }) => [
    id,
    published,
    kind,
    settings.map(code).join(', '),
    here,
  ]);
  return {
    switches: table(['quirk', 'setting', 'faithful', 'fixed', 'why fixed differs'], switches),
    quirks: table(['quirk', 'the published system', 'here', 'settings', 'how'], quirks),
  };
}

const code = (text: string): string => `\`${text}\``;

const shown = (value: unknown): string => code(value === '' ? "''" : String(value));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

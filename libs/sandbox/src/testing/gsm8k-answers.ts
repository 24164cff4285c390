/** A worked answer's result: as it is written, and as a Python number. */
export interface Gsm8kAnswer {
  readonly written: string;
  readonly value: string;
}

/** The results of a GSM8K file's worked answers, which stand after `####`. @throws {Error} naming a line that has none */
export function gsm8kAnswers(jsonl: string): Gsm8kAnswer[] {
  const lines = jsonl.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const { answer } = JSON.parse(line) as { readonly answer: string };
    const written = /#### (.+)$/.exec(answer)?.[1]?.trim();
    const value = written?.replaceAll(',', '');
    if (written === undefined || value === undefined || !/^-?\d+(\.\d+)?$/.test(value)) {
      throw new Error(`line ${index + 1}: expected "#### " and a number at the answer's end, got ${answer.slice(-40)}`);
    }
    return { written, value };
  });
}

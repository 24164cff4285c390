/** A Python definition with the body's lines indented by four spaces. */
export function definition(name: string, takes: string, body: string): string {
  return [`def ${name}(${takes}):`, ...body.split('\n').map((line) => `    ${line}`)].join('\n');
}

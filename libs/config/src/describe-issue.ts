import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What a schema wanted, as the end of the sentence `expected …`. */
export function describeIssue(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${ARTICLES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `expected ${bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `expected ${bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_value':
      return `expected ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'regex' && issue.pattern !== undefined
        ? `expected text that matches ${issue.pattern}`
        : `expected text of the form ${issue.format}`;
    case 'unrecognized_keys':
      return `unknown key ${issue.keys.join(', ')}`;
    case 'invalid_union': {
      if ('options' in issue && Array.isArray(issue.options))
        return `expected one of ${issue.options.map(String).join(', ')}`;
      const branches = issue.errors.flatMap((branch) => branch.slice(0, 1).map(describeIssue));
      return [...new Set(branches)].join(', or ') || issue.message;
    }
    default:
      return issue.message;
  }
}

const ARTICLES: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  bigint: 'an integer',
  array: 'a list',
  object: 'an object with keys',
  record: 'an object with keys',
};

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items', set: ' items' };

function bound(origin: string, relation: string, limit: number | bigint): string {
  return `${relation} ${limit}${UNITS[origin] ?? ''}`;
}

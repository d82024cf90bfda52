import type { JqlFunction, JqlOperand } from './jql-ast.ts';

/**
 * What is wrong with a query that is JQL, in Jira's words where they are known (pycontribs/jira,
 * hygieia#1376, soundcloud/project-dev-kpis#22, atlassian-python-api#752, bugwarrior#1003,
 * integration-jira-cloud#281, measured answers of public Jiras).
 */
export const jqlMessages = {
  noField: (field: string, anonymous: boolean) =>
    anonymous
      ? `Field '${field}' does not exist or this field cannot be viewed by anonymous users.`
      : `Field '${field}' does not exist or you do not have permission to view it.`,
  operator: (operator: string, field: string) =>
    `The operator '${operator}' is not supported by the '${field}' field.`,
  /** With two spaces: prometheus-community/jiralert#159. */
  noHistory: (field: string) => `History searches do not support the  '${field}' field.`,
  noPredicate: (predicate: string, operator: string) =>
    `The predicate '${predicate}' is not supported by the operator '${operator}'.`,
  badPeriod: (predicate: string, field: string) =>
    predicate === 'during'
      ? `The predicate 'during' for field '${field}' takes a list of two dates.`
      : `The predicate '${predicate}' for field '${field}' takes one date.`,
  noList: (operator: string, operand: JqlOperand, field: string) =>
    `Operator '${operator}' does not support the non-list value '${operandText(operand)}' for field '${field}'.`,
  list: (operator: string, operand: JqlOperand, field: string) =>
    `Operator '${operator}' does not support the list value '${operandText(operand)}' for field '${field}'.`,
  notEmpty: (operator: string, field: string) =>
    `Operator '${operator}' does not support searching for non-empty values for field '${field}'.`,
  empty: (operator: string, field: string) =>
    `Operator '${operator}' does not support searching for empty values for field '${field}'.`,
  noValue: (value: string, field: string) => `The value '${value}' does not exist for the field '${field}'.`,
  noId: (id: string, field: string) => `A value with ID '${id}' does not exist for the field '${field}'.`,
  noOption: (value: string, field: string) => `The option '${value}' for field '${field}' does not exist.`,
  noIssue: (key: string, field: string) => `An issue with key '${key}' does not exist for field '${field}'.`,
  badKey: (key: string, field: string) => `The issue key '${key}' for field '${field}' is invalid.`,
  badDate: (value: string, field: string) =>
    `Date value '${value}' for field '${field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
  badNumber: (value: string, field: string) => `The value '${value}' for field '${field}' is not a number.`,
  emptyText: (field: string) => `The field '${field}' does not support searching for an empty string.`,
  wildcard: (text: string, field: string, character: string) =>
    `The text query '${text}' for field '${field}' is not allowed to start with character '${character}'.`,
  badText: (text: string, field: string, why: string) =>
    `Unable to parse the text '${text}' for field '${field}'. ${why}`,
  noFunction: (called: JqlFunction) => `Unable to find JQL function '${operandText(called)}'.`,
  wrongFunction: ({ name }: JqlFunction, field: string) =>
    `A value provided by the function '${name}' is invalid for the field '${field}'.`,
  argumentCount: ({ name, args }: JqlFunction, expected: string) =>
    `Function '${name}' expected ${expected} arguments but received '${args.length}'.`,
  badIncrement: ({ name, args }: JqlFunction) =>
    `The argument '${args[0]}' of function '${name}' is invalid. The format is '(+/-)nn(y|M|w|d|h|m)', e.g. '-1d', '+2w'.`,
  noGroup: ({ name, args }: JqlFunction) =>
    `Function '${name}' can not generate a list of usernames for group '${args[0]}'; the group does not exist.`,
  noProjectsOfUser: ({ name }: JqlFunction, user: string) =>
    `Function '${name}' can not generate a list of projects for user '${user}'; the user does not exist.`,
  noProjectsOfPermission: ({ name }: JqlFunction, permission: string) =>
    `Function '${name}' can not generate a list of projects for permission '${permission}'; the permission does not exist.`,
  noProjectsOfRole: ({ name }: JqlFunction, role: string) =>
    `Function '${name}' can not generate a list of projects for role '${role}'; the role does not exist.`,
  anonymousFunction: ({ name }: JqlFunction) => `Function '${name}' cannot be called as anonymous user.`,
  noSort: (field: string) => `Not able to sort using field '${field}'.`,
  sortTwice: (field: string) => `The sort field '${field}' is referenced multiple times in the JQL sort.`,
} as const;

function operandText(operand: JqlOperand): string {
  switch (operand.kind) {
    case 'empty':
      return 'EMPTY';
    case 'value':
      return !operand.quoted && /^-?\d+$/.test(operand.value) ? operand.value : `"${operand.value}"`;
    case 'function':
      return `${operand.name}(${operand.args.join(', ')})`;
    case 'list':
      return `(${operand.items.map(operandText).join(', ')})`;
  }
}

// The tree of a parsed Go template, and the text of its nodes as errors show them.

import { quote } from '../quote.ts';

export interface PipeNode {
  readonly type: 'pipe';
  readonly at: number;
  readonly assigns: boolean;
  readonly declared: readonly string[];
  readonly commands: readonly CommandNode[];
}

export interface CommandNode {
  readonly type: 'command';
  readonly at: number;
  readonly operands: readonly Operand[];
}

export type Operand =
  | { readonly type: 'identifier'; readonly at: number; readonly name: string }
  | { readonly type: 'field'; readonly at: number; readonly path: readonly string[] }
  | { readonly type: 'variable'; readonly at: number; readonly path: readonly string[] }
  | { readonly type: 'chain'; readonly at: number; readonly node: Operand; readonly path: readonly string[] }
  | { readonly type: 'dot'; readonly at: number }
  | { readonly type: 'nil'; readonly at: number }
  | { readonly type: 'bool'; readonly at: number; readonly value: boolean }
  | { readonly type: 'number'; readonly at: number; readonly text: string; readonly integer?: bigint; readonly float?: number }
  | { readonly type: 'string'; readonly at: number; readonly quoted: string; readonly text: string }
  | PipeNode;

export interface BranchNode {
  readonly type: 'if' | 'range' | 'with';
  readonly at: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly otherwise: ListNode | undefined;
}

export interface TemplateNode {
  readonly type: 'template';
  readonly at: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

export interface ListNode {
  readonly type: 'list';
  readonly at: number;
  readonly nodes: readonly Statement[];
}

export type Statement =
  | { readonly type: 'text'; readonly at: number; readonly text: string }
  | { readonly type: 'action'; readonly at: number; readonly pipe: PipeNode }
  | { readonly type: 'break' | 'continue'; readonly at: number }
  | BranchNode
  | TemplateNode;

export type Node = Statement | Operand | CommandNode | ListNode;

/** The node as it could stand in a template. */
export function nodeText(node: Node): string {
  switch (node.type) {
    case 'identifier':
      return node.name;
    case 'field':
      return node.path.map((name) => `.${name}`).join('');
    case 'variable':
      return node.path.join('.');
    case 'chain':
      return inParens(node.node) + node.path.map((name) => `.${name}`).join('');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
    case 'text':
      return node.text;
    case 'string':
      return node.quoted;
    case 'pipe':
      return pipeText(node);
    case 'command':
      return node.operands.map(inParens).join(' ');
    case 'action':
      return `{{${pipeText(node.pipe)}}}`;
    case 'list':
      return node.nodes.map(nodeText).join('');
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${pipeText(node.pipe)}`}}}`;
    default:
      return branchText(node);
  }
}

const inParens = (operand: Operand): string => (operand.type === 'pipe' ? `(${pipeText(operand)})` : nodeText(operand));

function pipeText({ declared, assigns, commands }: PipeNode): string {
  const variables = declared.length === 0 ? '' : `${declared.join(', ')} ${assigns ? '=' : ':='} `;
  return variables + commands.map(nodeText).join(' | ');
}

function branchText({ type, pipe, list, otherwise }: BranchNode): string {
  const rest = otherwise === undefined ? '' : `{{else}}${nodeText(otherwise)}`;
  return `{{${type} ${pipeText(pipe)}}}${nodeText(list)}${rest}{{end}}`;
}

/** Whether a list holds nothing but white space. */
export function isEmptyList({ nodes }: ListNode): boolean {
  return nodes.every((node) => node.type === 'text' && node.text.trim() === '');
}

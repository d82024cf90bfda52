import type { Wire } from '../wire.ts';
import { statusJson } from '../workflows/reference-json.ts';
import { fieldMetasJson } from './field-meta-json.ts';
import type { TransitionView } from './transitions.ts';

export function transitionJson({ transition, to, isGlobal, fields }: TransitionView, wire: Wire) {
  return {
    id: String(transition.id),
    name: transition.name,
    to: statusJson(to, wire.base),
    // Assignee, comment and, at the end of work, resolution can always come along.
    hasScreen: true,
    isGlobal,
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    isLooped: false,
    ...(fields !== undefined && { fields: fieldMetasJson(fields, wire) }),
  };
}

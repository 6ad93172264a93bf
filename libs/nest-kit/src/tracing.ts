import type { RequestOrigin } from './trace-ids.js';

/**
 * Everything that a span may say. A name that is not here does not compile, so that what people enter, who they are and what they may
 * see stays out of traces: values are names of the program's own parts, codes, counts and positions.
 */
export interface SpanFacts {
  readonly 'waymark.mutation'?: string;
  readonly 'waymark.command'?: string;
  /** Slug of a named question. */
  readonly 'waymark.question'?: string;
  /** Rule that an answer follows: slug and version of the question. */
  readonly 'waymark.rule.id'?: string;
  readonly 'waymark.rule.version'?: number;
  readonly 'waymark.outcome'?: 'accepted' | 'refused' | 'failed';
  /** Code of a refusal, one of docs/errors.md. */
  readonly 'waymark.refusal.code'?: string;
  /** The trace that the correlation id stands for; differs from the span's own where the caller sent both headers. */
  readonly 'waymark.correlation.trace'?: string;
  readonly 'waymark.events'?: number;
  /** Appends that shared one commit. */
  readonly 'waymark.batch.appends'?: number;
  readonly 'waymark.position.from'?: number;
  readonly 'waymark.position.to'?: number;
  readonly 'waymark.projections'?: readonly string[];
  /** Class of the error that ended the work; never its message, which may quote what was entered. */
  readonly 'error.type'?: string;
}

/** A command whose events something was done with. */
export interface CommandMark {
  readonly correlationId: string;
  readonly commandId: string;
}

/** Adds to the span that is running. */
export type Note = (facts: SpanFacts) => void;

/** Work that is already done, and what it was done for. */
export interface PastWork {
  readonly name: string;
  /** In milliseconds of `Date.now()`. */
  readonly endedAt: number;
  readonly milliseconds: number;
  readonly facts: SpanFacts;
  readonly commands?: readonly CommandMark[];
}

/** Tells an OpenTelemetry collector what was done when, or nobody. */
export abstract class Tracing {
  /** Runs the work of one request, in the caller's trace or in the one of its correlation id. */
  abstract request<T>(
    origin: RequestOrigin,
    name: string,
    facts: SpanFacts,
    work: (note: Note) => Promise<T>,
  ): Promise<T>;
  /** Runs one command. Outside any request its correlation id names the trace. */
  abstract command<T>(mark: CommandMark, facts: SpanFacts, work: () => T): T;
  /** Runs a step of whatever is running; outside of it, without a span. */
  abstract step<T>(name: string, facts: SpanFacts, work: () => T): T;
  /** Tells of work after the fact, in a trace of its own that points to the commands' traces. */
  abstract past(work: PastWork): void;
  /** Sends what is left, for three seconds at most. */
  abstract stop(): Promise<void>;
}

class NoTracing extends Tracing {
  request<T>(_: RequestOrigin, __: string, ___: SpanFacts, work: (note: Note) => Promise<T>): Promise<T> {
    return work(() => undefined);
  }
  command<T>(_: CommandMark, __: SpanFacts, work: () => T): T {
    return work();
  }
  step<T>(_: string, __: SpanFacts, work: () => T): T {
    return work();
  }
  past(): void {}
  async stop(): Promise<void> {}
}

/** Traces nothing and costs nothing. */
export const noTracing: Tracing = new NoTracing();

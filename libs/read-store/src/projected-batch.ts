import type { StoredEvent } from '@waymark/kernel';

/** The events that one transaction brought into the tables. */
export interface ProjectedBatch {
  readonly projections: readonly string[];
  readonly events: number;
  /** Positions of the first and the last event. */
  readonly from: number;
  readonly to: number;
  readonly milliseconds: number;
  /** The commands that the events are of, each once; of a large batch the newest. */
  readonly commands: readonly { readonly correlationId: string; readonly commandId: string }[];
}

/** As many as a span may link to unless its limits were raised. */
const MOST_COMMANDS = 128;

/** Notes what a transaction takes while it runs; the commands only if somebody listens. */
export class ProjectedEvents {
  count = 0;
  private from = 0;
  private to = 0;
  private readonly startedAt = performance.now();
  private commands = new Map<string, ProjectedBatch['commands'][number]>();

  constructor(private readonly listener: ((batch: ProjectedBatch) => void) | undefined) {}

  /** What was added has been undone. */
  none(): void {
    this.count = 0;
    this.commands.clear();
  }

  add(events: readonly StoredEvent[]): void {
    if (this.count === 0) this.from = events[0]?.position ?? 0;
    this.count += events.length;
    this.to = events.at(-1)?.position ?? this.to;
    if (this.listener === undefined) return;
    // A command has more than one event, seldom many: so that the newest commands are all found.
    for (const { metadata } of events.slice(-8 * MOST_COMMANDS)) {
      const { correlationId, commandId } = metadata;
      this.commands.delete(commandId);
      this.commands.set(commandId, { correlationId, commandId });
    }
    this.commands = new Map([...this.commands].slice(-MOST_COMMANDS));
  }

  /** Tells the listener, unless there was nothing to take. */
  tell(projections: readonly string[]): void {
    if (this.count === 0 || this.listener === undefined) return;
    const { count: events, from, to, startedAt } = this;
    const commands = [...this.commands.values()];
    this.listener({ projections, events, from, to, milliseconds: performance.now() - startedAt, commands });
  }
}

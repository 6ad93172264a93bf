import { Injectable } from '@nestjs/common';
import { type Command, type CommandMeta, DomainError } from '@waymark/kernel';
import { Mutations, type Payload, type RequestContext } from '@waymark/nest-kit';
import type { CycleKey } from './exploration-cycle-commands.js';
import { cycleView } from './exploration-cycle-presenting.js';
import { explorationCycleProjection } from './exploration-cycle.projection.js';
import type { ExplorationCycle } from './exploration-cycle.views.js';
import { ExplorationSubjects, type Subject } from './exploration-subjects.js';
import { ExplorationReads } from './exploration.reads.js';

/** The input of a mutation about a cycle. */
export interface CycleMutationInput {
  readonly idempotencyKey: string;
  readonly organisation: string;
  readonly schoolYear: string;
  readonly lineage: string;
}

/** The common way of the mutations about a cycle: organisation, right, command, the cycle as it stands then. */
@Injectable()
export class CycleMutations {
  constructor(
    private readonly mutations: Mutations,
    private readonly subjects: ExplorationSubjects,
    private readonly reads: ExplorationReads,
  ) {}

  /** Runs the command that `build` makes of the key of the cycle. */
  change(
    context: RequestContext,
    operation: string,
    input: CycleMutationInput,
    build: (key: CycleKey, subject: Subject, meta: CommandMeta) => Command | Promise<Command>,
  ): Promise<Payload<ExplorationCycle>> {
    let subject: Subject;
    const key = (): CycleKey => {
      return { subjectId: subject.id, schoolYear: input.schoolYear, lineage: checkedLineage(input.lineage) };
    };
    return this.mutations.run({
      ...{ context, operation, input, projections: [explorationCycleProjection.name] },
      about: async () => {
        subject = await this.subjects.find(input.organisation, 'organisation');
        return subject.about;
      },
      command: (meta) => build(key(), subject, meta),
      read: async () => {
        const { subjectId, schoolYear, lineage } = key();
        const row = await this.reads.cycle({ subject: subjectId, school_year: schoolYear, lineage });
        return cycleView(row!);
      },
    });
  }
}

/** A lineage becomes part of a stream's name: its form is checked before. */
function checkedLineage(lineage: string): string {
  if (/^[a-z0-9][a-z0-9.-]*$/.test(lineage)) return lineage;
  throw new DomainError('UNKNOWN_QUESTION_SET', 'Name the lineage as the query questionSets gives it.', {
    path: ['lineage'],
  });
}

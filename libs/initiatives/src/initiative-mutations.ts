import { Injectable } from '@nestjs/common';
import { type Command, type CommandMeta, DomainError, type OrganisationId } from '@waymark/kernel';
import { localId, Mutations, type Payload, type RequestContext } from '@waymark/nest-kit';
import type { Description } from './initiative-commands.js';
import { type Owner, InitiativeOwners } from './initiative-owners.js';
import { initiativeView } from './initiative-presenting.js';
import type { OwnerLevel } from './initiative.events.js';
import type { InitiativeInput } from './initiative.inputs.js';
import { initiativeProjection } from './initiative.projection.js';
import { InitiativeReads } from './initiative.reads.js';
import type { Initiative } from './initiative.views.js';

/** The common way of the mutations about an initiative: its owner, right, command, the initiative as it stands then. */
@Injectable()
export class InitiativeMutations {
  constructor(
    private readonly mutations: Mutations,
    private readonly owners: InitiativeOwners,
    private readonly reads: InitiativeReads,
  ) {}

  /** Runs the command that `build` makes; the answer is the initiative it names. */
  change(
    context: RequestContext,
    operation: string,
    input: InitiativeInput,
    build: (owner: Owner, initiativeId: string, meta: CommandMeta) => Command | Promise<Command>,
  ): Promise<Payload<Initiative>> {
    let owner: Owner;
    let initiativeId: string;
    const payload = this.mutations.run<Initiative | null>({
      ...{ context, operation, input, projections: [initiativeProjection.name] },
      about: async () => {
        initiativeId = localId('Initiative', input.initiative, ['initiative']);
        owner = await this.ownerOf(initiativeId, ['initiative']);
        return owner.about;
      },
      command: (meta) => build(owner, initiativeId, meta),
      read: async () => {
        const row = await this.reads.initiative(initiativeId);
        return row === undefined ? null : initiativeView(row);
      },
    });
    // An initiative that was taken back is shown no more: a payload says so by its entity, null.
    return payload as Promise<Payload<Initiative>>;
  }

  /** The owner of an initiative. Throws INITIATIVE_NOT_FOUND. */
  async ownerOf(initiativeId: string, path: readonly string[]): Promise<Owner> {
    const row = await this.reads.initiative(initiativeId);
    if (row === undefined) {
      throw new DomainError('INITIATIVE_NOT_FOUND', 'There is no such initiative. Take its id as answers give it.', {
        rule: 'R-32',
        path,
      });
    }
    const id = row.owner as OrganisationId;
    const basis = await this.reads.owner(id);
    return { id, basis, about: await this.owners.aboutOf(id, row.level as OwnerLevel) };
  }
}

type Unsaid = 'kind' | 'mandate' | 'resourceSufficiency' | 'outcomeEvidence' | 'evidenceBase';
type Lists =
  'focusAreas' | 'tiers' | 'mtssComponents' | 'expectedOutcomes' | 'scale' | 'fundingSources' | 'alignedPlans';
type Measures = 'fidelityMeasure' | 'outcomeMeasure';
/** A description as people write it: what they do not say is left out. */
export type WrittenDescription = Omit<Description, Unsaid | Lists | Measures | 'population'> &
  Partial<Pick<Description, Unsaid | Lists | Measures>> & {
    readonly population?: Partial<NonNullable<Description['population']>> | undefined;
  };

/** The description with "unknown" and empty lists where nothing was said. */
export function descriptionOf({ population, ...said }: WrittenDescription): Description {
  const unknown = 'UNKNOWN' as const;
  const unmeasured = { state: unknown };
  const codes = { mandate: unknown, resourceSufficiency: unknown, outcomeEvidence: unknown, evidenceBase: unknown };
  const lists = { focusAreas: [], tiers: [], mtssComponents: [], expectedOutcomes: [], scale: [] };
  return {
    ...{ kind: 'INITIATIVE', ...codes, ...lists, fundingSources: [], alignedPlans: [] },
    ...{ fidelityMeasure: unmeasured, outcomeMeasure: unmeasured },
    ...said,
    ...(population !== undefined && { population: { grades: [], ...population } }),
  };
}

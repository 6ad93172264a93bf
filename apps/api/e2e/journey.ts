import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { projectFile } from '../src/project-file.js';
import type { GraphqlError, Program } from './program.js';

/** Every mutation asks back for these; `version` of tables is left out, since it rises with each rebuild. */
const entities: Readonly<Record<string, string>> = {
  ExplorationCyclePayload: `id cycle state questionSet schoolYear organisationId
    assessments { assessment state gapCount submissions { submission role steps { step role } }
      items { item status ownerRole missingParts answer { eventId act state role } } }
    needs { needId eventId act focusArea strength } commitment { eventId act supports leaderRole }`,
  DistrictRequestsPayload: `id schoolYear
    needs { focusArea answer strength statement { eventId act statedBy } }
    requests { focusArea supportType amount statement { eventId act statedBy } }
    plans { planRef goalState statement { eventId } }
    followUps { followUpId kind ownerRole focusAreas outcome asked { kind on } }`,
  OrganisationPayload: 'id code name kind label lastDay placements { id from until parent { id code } }',
  PersonPayload: 'id contact { name email } grants { id role organisationName from until inForce endReason }',
  ImportReportPayload: `dryRun state rows events unchanged unplaced summary { what lines codes }
    changes(first: 20) { nodes { code what before after } } lines(first: 20) { nodes { row code what why done } }`,
  SurveyReportPayload: 'dryRun rows recorded refused unchanged lines { line district outcome reason }',
  InitiativePayload: `id status description { name statement { eventId act } } reviews { reviewId decision }
    relations { relation resolution } staff { schoolYear staffGroup fte }`,
  InitiativeSheetReportPayload: 'dryRun rows recorded refused unchanged kept lines { line name outcome reason }',
  StaffLoadPayload: 'organisationId rule',
  RebuildTablesPayload: 'tables { name state behind fault }',
};

export interface ReceiptShown {
  readonly position: string;
  readonly eventIds: readonly string[];
  readonly recordedAt: string;
  readonly replayed: boolean;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
  readonly rule: string | null;
}

export interface Outcome<E> {
  readonly entity: E | null;
  readonly receipt: ReceiptShown | null;
  readonly userErrors: readonly Refusal[];
  /** Errors beside the payload: missing right, bad shape, no sign-in. */
  readonly errors: readonly GraphqlError[];
}

/** Mutations over HTTP by their name and input alone; keeps which of them went through, and every receipt. */
export class Journey {
  readonly schema: GraphQLSchema = buildSchema(readFileSync(projectFile('apps/api/schema.graphql'), 'utf8'));
  readonly done = new Set<string>();
  readonly receipts: ReceiptShown[] = [];

  constructor(private readonly program: () => Program) {}

  /** Names of all mutations of the schema. */
  get mutations(): string[] {
    return Object.keys(this.schema.getMutationType()!.getFields());
  }

  /** The document that {@link attempt} sends for a mutation. */
  document(mutation: string): string {
    const { args, type } = this.schema.getMutationType()!.getFields()[mutation]!;
    const entity = entities[String(type).replace('!', '')]!;
    return `mutation ($input: ${String(args[0]!.type)}) { ${mutation}(input: $input) {
      entity { ${entity} } receipt { position eventIds recordedAt replayed } userErrors { code message path rule } } }`;
  }

  /** Runs a mutation and tells what came of it. An idempotency key is drawn when the input has none. */
  async attempt<E>(subject: string, mutation: string, input: object): Promise<Outcome<E>> {
    const variables = { input: { idempotencyKey: randomUUID(), ...input } };
    const answer = await this.program().post<Record<string, Outcome<E>> | null>(
      subject,
      this.document(mutation),
      variables,
    );
    const payload = answer.data?.[mutation];
    return { entity: null, receipt: null, userErrors: [], ...payload, errors: answer.errors ?? [] };
  }

  /** Runs a mutation that must be accepted. Throws with what was said against it. */
  async run<E>(subject: string, mutation: string, input: object): Promise<{ entity: E; receipt: ReceiptShown }> {
    const { entity, receipt, userErrors, errors } = await this.attempt<E>(subject, mutation, input);
    if (entity === null || userErrors.length > 0 || errors.length > 0) {
      throw new Error(`${mutation} was refused: ${JSON.stringify({ userErrors, errors })}`);
    }
    this.done.add(mutation);
    if (receipt !== null) this.receipts.push(receipt);
    // Work of several commands that had nothing to record answers without a receipt; whoever needs one notices.
    return { entity, receipt: receipt! };
  }
}

import { Field, Int, ObjectType } from '@nestjs/graphql';
import { payloadOf } from '@waymark/nest-kit';

@ObjectType({ description: 'What became of one row of a sheet of initiatives.' })
export class InitiativeSheetRow {
  @Field(() => Int, { description: 'Line of the file; the heading is line 1.' })
  line!: number;

  @Field(() => String, { description: 'Name as the file has it.' })
  name!: string;

  @Field(() => String, {
    description:
      'RECORDED, WOULD_RECORD (dry run), UNCHANGED, KEPT (described by hand since, left as it is) or REFUSED.',
  })
  outcome!: string;

  @Field(() => String, { nullable: true, description: 'Why it was kept or refused, and what to do.' })
  reason!: string | null;
}

@ObjectType({ description: 'Report of a sheet of initiatives that was brought in.' })
export class InitiativeSheetReport {
  @Field(() => Boolean, { description: 'Whether nothing was written.' })
  dryRun!: boolean;

  @Field(() => Int, { description: 'Rows in the file.' })
  rows!: number;

  @Field(() => Int, { description: 'Rows that were recorded, or would be.' })
  recorded!: number;

  @Field(() => Int, { description: 'Rows that say what is recorded already.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Rows about what somebody described by hand; it stays as it is.' })
  kept!: number;

  @Field(() => Int, { description: 'Rows that were refused.' })
  refused!: number;

  @Field(() => [InitiativeSheetRow], { description: 'A line per row.' })
  lines!: InitiativeSheetRow[];
}

export const InitiativeSheetPayload = payloadOf(() => InitiativeSheetReport, 'InitiativeSheetReport');

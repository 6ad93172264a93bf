import { InputType } from '@nestjs/graphql';
import { MutationInput, Switch, Text } from '@waymark/nest-kit';

@InputType({ description: 'What to say in order to: import initiatives.' })
export class ImportInitiativesInput extends MutationInput {
  @Text(80, { description: 'The owner of the inventory: its code ("MI-03") or id.' })
  organisation!: string;

  @Text(5_000_000, {
    description: 'The sheet as CSV with a heading, one initiative a row; lists in a cell by semicolons or lines.',
  })
  csv!: string;

  @Text(5000, {
    description:
      'JSON that says which column holds what, {"name":"Initiative",…}; the names of the fields when left out.',
    nullable: true,
  })
  mapping?: string;

  @Switch({ description: 'Report only, write nothing.' })
  dryRun!: boolean;
}

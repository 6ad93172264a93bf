import { Module } from '@nestjs/common';
import { commandHandlers } from '@waymark/nest-kit';
import { initiativeCommands } from './initiative-commands.js';
import { InitiativeJudgementResolver } from './initiative-judgement.resolver.js';
import { InitiativeMutations } from './initiative-mutations.js';
import { InitiativeOwners } from './initiative-owners.js';
import { InitiativeSheetImporter } from './initiative-sheet-importer.js';
import { InitiativeSheetResolver } from './initiative-sheet.resolver.js';
import { initiativeDecider } from './initiative.decider.js';
import { InitiativeReads } from './initiative.reads.js';
import { InitiativeResolver } from './initiative.resolver.js';
import { Inventories } from './inventories.js';
import { StaffLoadResolver } from './staff-load.resolver.js';

/** Inventories of initiatives: entries, relations, staff, reviews. Needs the kit, ReadDatabase and the ports. */
@Module({
  providers: [
    InitiativeReads,
    InitiativeOwners,
    InitiativeMutations,
    Inventories,
    InitiativeResolver,
    InitiativeJudgementResolver,
    StaffLoadResolver,
    InitiativeSheetImporter,
    InitiativeSheetResolver,
    ...commandHandlers(initiativeDecider, initiativeCommands),
  ],
})
export class InitiativesModule {}

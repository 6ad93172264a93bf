import { goldenEvents } from '@waymark/kernel/testing';
import { initiativeCatalogue } from './initiative.events.js';

goldenEvents(initiativeCatalogue, 'initiative.events.golden.json');

import { goldenEvents } from '@waymark/kernel/testing';
import { accountCatalogue } from './account.events.js';

goldenEvents(accountCatalogue, 'account.events.golden.json');

import { SingleBar } from 'cli-progress';
import type { Config } from '@waymark/nest-kit';
import type { SampleReport } from './first-start.js';

/** What the terminal shows once the program can be used. */
export function welcome(config: Config, address: string, samples: SampleReport | undefined): string {
  const lines = [
    '',
    `  Waymark is ready: ${address}`,
    ...(config.explorer ? [`  Explorer            ${address}/`] : []),
    `  GraphQL             ${address}/graphql`,
    `  Health, metrics     ${address}/health/ready   ${address}/metrics`,
    `  Data                ${config.dataDir}`,
    ...(samples === undefined ? [] : demoLines(samples)),
    '',
    '  Ctrl-C ends it.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function demoLines({ persons, waiting }: SampleReport): string[] {
  const lines = persons.map(({ name, role, organisation }) => {
    const place = organisation === 'OPERATOR' ? 'this installation' : organisation;
    return `    ${name.padEnd(6)} ${role.padEnd(15)} ${place}`;
  });
  return [
    '',
    '  Sample data: state ZZ (agency ZZ-90 "Lakeshore Sample ESA") is invented; MI is the real public directory.',
    '  Sign in as a demo person with  npx waymark token --as <name>  and send it as "Authorization: Bearer <token>":',
    ...lines,
    ...(waiting.length > 0 ? [`    not yet: ${waiting.join(', ')}; the organisation is not in the record`] : []),
  ];
}

/** Steps of the first start as bars with the time left, on stderr; plain lines where stderr is no terminal. */
export class StepBar {
  private bar: SingleBar | undefined;
  private step = '';

  readonly update = (step: string, done: number, total: number): void => {
    if (step !== this.step) this.begin(step, total);
    this.bar?.update(done);
  };

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private begin(step: string, total: number): void {
    this.end();
    this.step = step;
    if (!process.stderr.isTTY) {
      process.stderr.write(`Loading: ${step} …\n`);
      return;
    }
    const format = `${step.padEnd(20)} {bar} {percentage}% · {value}/{total} · {eta_formatted} left`;
    this.bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, etaBuffer: 50 });
    this.bar.start(total, 0);
  }
}

// Holds ours against upstream: `npm run oracle -- [--part NAME] [--seed S] [--cases N]` asks both random questions,
// `--survey` counts all differences instead of shrinking the first,
// `--record` writes upstream's answers to test/vectors/, `--seeds` records the hand-written seeds only.

import fc from 'fast-check';
import { parseArgs } from 'node:util';
import { runPart, surveyPart } from '../test/oracle/differential.ts';
import { startOracle } from '../test/oracle/oracle.ts';
import type { Oracle } from '../test/oracle/oracle.ts';
import type { AnyPart } from '../test/oracle/part.ts';
import { parts } from '../test/oracle/parts/index.ts';
import { readSeeds } from '../test/oracle/seeds.ts';
import { writeSeedVectors, writeVectors } from '../test/oracle/vectors.ts';

/** Recorded vectors come from this seed, so that recording twice gives the same files. */
const RECORDING_SEED = 1;

const { values: flags } = parseArgs({
  options: {
    part: { type: 'string', multiple: true },
    seed: { type: 'string' },
    cases: { type: 'string', default: '1000' },
    record: { type: 'boolean', default: false },
    seeds: { type: 'boolean', default: false },
    survey: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

async function recordSeeds(oracle: Oracle): Promise<void> {
  let bytes = 0;
  for (const [file, seeds] of readSeeds()) {
    const outcomes = await Promise.all(seeds.map((seed) => oracle.ask(seed.question)));
    bytes += writeSeedVectors(
      file,
      outcomes.map((outcome, index) => ({ name: seeds[index]?.name ?? '', ask: seeds[index]?.question.ask ?? '', ...outcome })),
    );
  }
  console.log(`seeds: ${bytes} bytes`);
}

async function recordPart(oracle: Oracle, part: AnyPart): Promise<void> {
  const inputs = fc.sample(part.arbitrary, { seed: RECORDING_SEED, numRuns: part.recorded });
  const unique = [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()];
  const outcomes = await Promise.all(unique.map((input) => oracle.ask(part.question(input))));
  const bytes = writeVectors(
    part.name,
    outcomes.map((outcome, index) => ({ input: unique[index], ...outcome })),
  );
  console.log(`${part.name}: ${unique.length} vectors, ${bytes} bytes`);
}

const seed = flags.seed === undefined ? Date.now() & 0x7fffffff : Number(flags.seed);

async function survey(oracle: Oracle, part: AnyPart): Promise<void> {
  const found = await surveyPart(oracle, part, seed, Number(flags.cases));
  console.log(`${part.name}: ${found.size} kinds of difference`);
  for (const [line, { count, example }] of [...found].toSorted((a, b) => b[1].count - a[1].count)) {
    console.log(`${String(count).padStart(6)}  ${line}\n        ${example.slice(0, 400)}`);
  }
}

async function comparePart(oracle: Oracle, part: AnyPart): Promise<boolean> {
  const run = await runPart(oracle, part, seed, Number(flags.cases));
  console.log(`${run.failure === undefined ? 'same' : 'DIFFERS'}  ${part.name}  --seed ${run.seed}  ${run.cases} cases`);
  if (run.failure !== undefined) console.log(run.failure);
  return run.failure === undefined;
}

async function main(): Promise<void> {
  const wanted = parts.filter((part) => flags.part === undefined || flags.part.includes(part.name));
  if (flags.list) return console.log(wanted.map((part) => part.name).join('\n'));
  const oracle = startOracle();
  try {
    if (flags.seeds || (flags.record && flags.part === undefined)) await recordSeeds(oracle);
    if (flags.seeds) return;
    for (const part of wanted) {
      if (flags.record) await recordPart(oracle, part);
      else if (flags.survey) await survey(oracle, part);
      else if (!(await comparePart(oracle, part))) process.exitCode = 1;
    }
  } finally {
    await oracle.close();
  }
}

await main();

// The program's entry: reads arguments, hands each command what it needs, and turns failures into words and an exit status.
// Commands are imported when they are called, so that each starts no more of the program than it uses.

import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { DEFAULT_NAME } from './cluster-location.ts';
import { CommandFailure } from './failure.ts';
import { normalizeFlags } from './pflag.ts';
import { addFaces } from './faces.ts';

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > 100) throw new InvalidArgumentError('It must be between 1 and 100.');
  return value;
}

/** Fires at the first SIGINT or SIGTERM; a second SIGINT ends the process at once. */
function untilAsked(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new DOMException(`${name} was received`, 'AbortError')));
  }
  return controller.signal;
}

function onCluster(command: Command): Command {
  return command
    .option('--name <name>', 'name of the cluster', DEFAULT_NAME)
    .option('--data-dir <folder>', 'where the cluster keeps its data (default: /var/lib/tyke/NAME)');
}

function createProgram(): Command {
  const program = new Command('tyke')
    .description('Kubernetes 1.36 in one program')
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  onCluster(program.command('start').description('bring a cluster up, or make sure that it is'))
    .option('--nodes <count>', 'how many nodes (default: 1)', positiveNumber)
    .option('--kubeconfig <file>', 'where to put the context (default: $KUBECONFIG or ~/.kube/config)')
    .option('--api-port <port>', 'port of the API server; 0 for any free one (default: 6443)', wholeNumber)
    .option('--registry-mirror <[host=]url...>', 'where nodes pull images from instead of the registry that a name says')
    .option('--verbose', 'say and log more', false)
    .action(async (flags) => (await import('./start.ts')).start(flags, untilAsked()));
  onCluster(program.command('stop').description('end all Pods and the cluster; its data stays')).action(async (flags) =>
    (await import('./stop.ts')).stop(flags, untilAsked()),
  );
  onCluster(program.command('delete').description('remove a cluster and everything it left')).action(async (flags) =>
    (await import('./delete.ts')).deleteCluster(flags, untilAsked()),
  );
  onCluster(program.command('status').description('every component with its state; exits with 0 when all is well'))
    .option('-o, --output <format>', 'json')
    .action(async (flags) => {
      process.exitCode = await (await import('./status.ts')).status(flags);
    });
  addImageCommands(program);
  program
    .command('run', { hidden: true })
    .requiredOption('--data-dir <folder>')
    .option('--verbose', '', false)
    .action(async (flags) => {
      process.exit(await (await import('./run.ts')).run(flags, untilAsked()));
    });
  addFaces(program, untilAsked);
  program.command('test').description('run all tests (from a clone)');
  return program;
}

function addImageCommands(program: Command): void {
  const image = program.command('image').description('images on the nodes');
  onCluster(image.command('load <archive>').description('load a docker-archive or OCI archive into every node')).action(
    async (archive: string, flags) => (await import('./image.ts')).imageLoad(flags, archive, untilAsked()),
  );
  onCluster(image.command('ls').alias('list').description('list images')).action(async (flags) =>
    (await import('./image.ts')).imageList(flags, untilAsked()),
  );
  onCluster(image.command('rm <image>').alias('remove').description('remove an image from every node')).action(
    async (name: string, flags) => (await import('./image.ts')).imageRemove(flags, name, untilAsked()),
  );
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync(normalizeFlags(process.argv.slice(2)), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
    } else if (error instanceof CommandFailure) {
      process.stderr.write(`${error.lines().join('\n')}\n`);
      process.exitCode = 1;
    } else {
      process.stderr.write(`✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}

await main();

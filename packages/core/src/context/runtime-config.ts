import { copyPlain } from '../cache/copy-plain.ts';
import { Dict } from '../jinja/values/dict.ts';
import { type Callable, hostFunction } from '../jinja/values/index.ts';
import type { PackageProject, Project } from '../project/project.ts';
import { membersOf, Namespace } from './namespace.ts';
import type { RenderScope } from './render-scope.ts';

/** Lets `ref.config` answer as in dbt, where packages read versions and names of projects from it. */
export function withRuntimeConfig(ref: Callable, scope: RenderScope): Callable {
  const config = (name: string): unknown => {
    if (name !== 'config') return undefined;
    scope.reads?.note('project', '', '');
    return runtimeConfig(scope);
  };
  return Object.assign(ref, { __getattr__: config });
}

function runtimeConfig({ flags, project }: RenderScope): Namespace {
  const { cliVars, target } = project;
  const [root] = project.packages;
  return new Namespace('RuntimeConfig', (name) => {
    if (name === 'dependencies') return dependencies(project);
    const own = { args: flags, cli_vars: cliVars, threads: target.threads, target_name: target.targetName };
    return membersOf({ ...(root && projectMembers(root)), ...own, profile_name: target.profileName })(name);
  });
}

function dependencies({ packages }: Project): Dict {
  return new Dict(packages.map((each) => [each.name, new Namespace('RuntimeConfig', membersOf(projectMembers(each)))]));
}

/** dbt keeps a project's vars in an object, which gives them as a dict. */
function varProvider(vars: PackageProject['vars']): Namespace {
  const toDict = hostFunction('to_dict', [], () => copyPlain(vars));
  return new Namespace('dbt.config.project.VarProvider', membersOf({ vars, to_dict: toDict }));
}

function projectMembers(one: PackageProject): Readonly<Record<string, unknown>> {
  return {
    project_name: one.name,
    version: one.version,
    project_root: one.root,
    profile_name: one.profileName,
    model_paths: one.modelPaths,
    seed_paths: one.seedPaths,
    test_paths: one.testPaths,
    macro_paths: one.macroPaths,
    analysis_paths: one.analysisPaths,
    snapshot_paths: one.snapshotPaths,
    target_path: one.targetPath,
    log_path: one.logPath,
    packages_install_path: one.packagesInstallPath,
    vars: varProvider(one.vars),
    quoting: one.quoting,
    dispatch: one.dispatch,
    on_run_start: one.onRunStart,
    on_run_end: one.onRunEnd,
  };
}

/** Introduces the managed agents that a system prompt lists below it. */
export const TEAM_INTRODUCTION =
  "You can also give tasks to team members. Calling a team member works the same as calling a tool: the argument `task` is what you want to be done, " +
  "in full sentences, and `additional_args` is an object with whatever data it may need. " +
  "A team member knows nothing of your task: be as detailed and verbose as you would be with a colleague who has just come in.";

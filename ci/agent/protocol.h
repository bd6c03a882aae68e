/* What the gate tells an agent by its environment, where a launcher, a script or the runtime itself stands between the
 * two. The arguments of a candidate's process are then the runtime's own. */
#pragma once

#define AGENT_ARGUMENTS "SIMPLE_AGENT_ARGUMENTS" /* the suite's, with AGENT_SEPARATOR between them */
#define AGENT_SEPARATOR '\x1f'
#define AGENT_EVENTS "SIMPLE_AGENT_EVENTS" /* a path of the event stream, for whom its descriptor did not reach */
#define AGENT_CLAIM "SIMPLE_AGENT_CLAIM"   /* made by the process that runs the suite; it holds its exit status */
#define AGENT_NOTES "SIMPLE_AGENT_NOTES"   /* a line for each process: "began PID PROGRAM", "took PID" */

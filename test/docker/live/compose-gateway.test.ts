import { expect, it } from "vitest";
import { startProject } from "./compose-project.ts";
import { describeStarted } from "./means.ts";
import { startSender } from "./sender.ts";
import { STORED_BY_THEN, storedIds } from "./stored-spans.ts";

describeStarted("compose.gateway.yaml, started by Compose", () => {
  it("stores every span while each part is killed in turn", async () => {
    const project = await startProject({ file: "gateway", services: { otlp: "collector", phoenix: "phoenix" } });
    const sender = startSender(project.otlpUrl);
    const stored = async () => storedIds(project.phoenixUrl);
    sender.run(10);
    await sender.flush();

    await project.kill("collector");
    sender.run(10);
    await project.start("collector");
    await sender.flush();
    // What Phoenix has taken and not stored dies with it: README.md says so, and how much it is.
    await expect.poll(stored, STORED_BY_THEN).toEqual(sender.ids());

    await project.kill("phoenix");
    sender.run(10);
    await sender.flush();
    await project.kill("collector");
    sender.run(10);
    await project.start("collector", "phoenix");
    await sender.flush();
    await expect.poll(stored, STORED_BY_THEN).toEqual(sender.ids());

    await project.kill("postgres");
    sender.run(10);
    await sender.flush();
    await project.start("postgres");
    await expect.poll(stored, STORED_BY_THEN).toEqual(sender.ids());
    expect(sender.ids()).toHaveLength(200);
  });
});

import { expect, it } from "vitest";
import { startProject } from "./compose-project.ts";
import { describeStarted } from "./means.ts";
import { startSender } from "./sender.ts";
import { STORED_BY_THEN, storedIds } from "./stored-spans.ts";

describeStarted("compose.scale.yaml, started by Compose", () => {
  it("stores every span while each part is killed in turn", async () => {
    const project = await startProject({
      file: "scale",
      services: { otlp: "layer-1", phoenix: "phoenix-a" },
      unpublished: ["layer-2-a", "layer-2-b"],
    });
    const sender = startSender(project.otlpUrl);
    const stored = async () => storedIds(project.phoenixUrl);
    for (const collector of ["layer-1", "layer-2-a", "layer-2-b"]) {
      sender.run(10);
      const flushed = sender.flush();
      await project.kill(collector);
      sender.run(10);
      await project.start(collector);
      await Promise.all([flushed, sender.flush()]);
    }
    // What Phoenix has taken and not stored dies with it: README.md says so, and how much it is.
    await expect.poll(stored, STORED_BY_THEN).toEqual(sender.ids());

    await project.kill("phoenix-a");
    await project.kill("phoenix-b");
    sender.run(10);
    await sender.flush();
    await project.kill("layer-2-b");
    await project.start("layer-2-b", "phoenix-a", "phoenix-b");
    await expect.poll(stored, STORED_BY_THEN).toEqual(sender.ids());

    await project.kill("postgres");
    sender.run(10);
    await sender.flush();
    await project.start("postgres");
    await expect.poll(stored, STORED_BY_THEN).toEqual(sender.ids());
    expect(sender.ids()).toHaveLength(320);
  });
});

package dev.lockstep.storage.journal;

/** Hears what has become durable. */
@FunctionalInterface
public interface FlushListener {
    /**
     * Called on the flusher's thread after a force has returned; must only hand the news over.
     *
     * @param generation the journal's generation when the force began; a cut since then makes the news worthless
     * @param index everything up to it is on the device
     */
    void onFlushed(long generation, long index);
}

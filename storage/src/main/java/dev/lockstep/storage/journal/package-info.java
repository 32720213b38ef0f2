/**
 * The journal: frames in segments that we own, each segment one small Chronicle queue file. Chronicle Queue lives here
 * and nowhere else: it appends; reading, scanning, cutting and verifying are done on the bytes themselves.
 *
 * <p>Three threads meet here. The <em>writer</em> appends, rolls and cuts. The <em>flusher</em> makes durable what was
 * appended, gives segments their names, and deletes what is no longer needed. The <em>preparer</em> makes the next
 * segment ready. Any number of readers read beside them.
 */
package dev.lockstep.storage.journal;

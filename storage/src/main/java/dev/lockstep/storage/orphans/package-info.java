/**
 * Orphans: frames that a deposed primary had and the new one never had. They are kept, one batch a file, so that a
 * person can look at them; nothing else ever reads them.
 */
package dev.lockstep.storage.orphans;
